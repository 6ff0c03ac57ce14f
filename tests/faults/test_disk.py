"""The disk is full: said clearly, the state before intact, and all goes on once there is room."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults import whole
from tests.faults.harness import Inkling
from tests.faults.moments import await_moment, pause
from tests.faults.refusals import expect_answers, expect_refused
from tests.faults.whole import Ended
from tests.live_server import wait_for
from webapp.schemas.statuses import BUSY
from webapp.schemas.worker import LEASE_SECONDS

EPOCHS = int(whole.SLOW_EPOCHS["fit"]["epochs"])
DISK = "48m"
ALMOST = 64 * 1024
"""Room for some events, but for no checkpoint."""


@pytest.fixture(scope="module")
def installation_on_small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inkling]:
    """An Inkling whose data directory is a disk of its own."""
    directory: Path = tmp_path_factory.mktemp("disk")
    data_dir = directory / "data"
    data_dir.mkdir()
    with mounted(data_dir):
        inkling = Inkling(data_dir, directory / "terminal.txt")
        inkling.start()
        yield inkling
        inkling.close()


@contextmanager
def mounted(directory: Path) -> Iterator[None]:
    """A small file system in memory at the directory."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(directory)], check=True)


@pytest.fixture
def inkling(installation_on_small_disk: Inkling) -> Iterator[Inkling]:
    """The Inkling, with room on its disk."""
    yield installation_on_small_disk
    ballast(installation_on_small_disk).unlink(missing_ok=True)
    installation_on_small_disk.stop_all_runs()


def ballast(inkling: Inkling) -> Path:
    """The file that fills the disk."""
    return inkling.data_dir / "ballast"


@contextmanager
def full(inkling: Inkling, left: int = 0) -> Iterator[Callable[[], None]]:
    """So many bytes are left on the disk, until the block ends; a call takes what came free since.

    A run that was about to remove an old checkpoint as the disk filled makes room for its next.
    """
    with ballast(inkling).open("wb") as file:

        def fill() -> None:
            while (room := free(inkling) - left) > 0:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, room)
                except OSError as error:
                    if error.errno != errno.ENOSPC:  # else the run has taken some of it since
                        raise

        fill()
        try:
            yield fill
        finally:
            ballast(inkling).unlink()


def free(inkling: Inkling) -> int:
    """How many bytes are left on the disk."""
    disk = os.statvfs(inkling.data_dir)
    return disk.f_bavail * disk.f_frsize


@pytest.mark.parametrize("left", [ALMOST, 0], ids=["during a checkpoint", "during an event"])
@pytest.mark.parametrize(
    "seconds", [0.0, pytest.param(LEASE_SECONDS + 15, marks=pytest.mark.long)], ids=["soon", "late"]
)
def test_a_run_goes_on_once_there_is_room(
    inkling: Inkling, undisturbed: Ended, chance: random.Random, left: int, seconds: float
) -> None:
    """Also where the disk stays full for longer than a lease: nobody dies of it."""
    run_id = whole.create(inkling.server)
    await_moment(inkling, run_id, chance, EPOCHS // 2)
    said = inkling.said().count("disk_full")
    with full(inkling, left) as fill:

        def told() -> bool:
            fill()
            return inkling.said().count("disk_full") >= said + 3

        wait_for(told, what="nobody said it")
        pause(seconds)
        expect_answers(inkling, run_id)
        run = inkling.server.get(f"/api/runs/{run_id}").json()
        assert run["status"] in BUSY and run["epoch"] < EPOCHS
    found = whole.ended(inkling.server, run_id)
    assert found.run["attempt"] == 1
    whole.same(found, undisturbed)
    assert "Traceback" not in inkling.said()
    assert half_written(inkling) == []


def test_people_are_told(inkling: Inkling) -> None:
    run_id = whole.create(inkling.server, epochs=1)
    whole.ended(inkling.server, run_id)
    before = inkling.server.get(f"/api/runs/{run_id}").json()
    with full(inkling):
        names = iter(range(10_000))

        def refused() -> bool:  # the database may have some room of its own yet
            name = {"name": f"{next(names)} " + "x" * 60}
            answer = inkling.server.http.patch(f"{inkling.server.url}/api/runs/{run_id}", json=name)
            if answer.ok:
                before["name"] = answer.json()["name"]
                return False
            expect_refused(answer, 507, "disk_full")
            return True

        wait_for(refused, what="every change was kept on a full disk")
        expect_answers(inkling, run_id)
        assert inkling.server.get(f"/api/runs/{run_id}").json()["name"] == before["name"]


def test_an_upload_leaves_nothing_behind(inkling: Inkling) -> None:
    run_id = whole.create(inkling.server, epochs=1)
    whole.ended(inkling.server, run_id)
    model = inkling.server.get(f"/api/runs/{run_id}/model?format=keras").content
    runs = listed(inkling)
    for left in (len(model) // 2, len(model) + ALMOST):  # not even the upload; not its weights
        with full(inkling, left):
            answer = inkling.server.http.post(
                f"{inkling.server.url}/api/models", files={"file": ("mine.keras", model)}
            )
            expect_refused(answer, 507, "disk_full")
        assert listed(inkling) == runs
        assert half_written(inkling) == []
    assert not any((inkling.data_dir / "incoming").iterdir())


def test_it_does_not_start_and_says_why(inkling: Inkling) -> None:
    inkling.close()
    with full(inkling):
        with pytest.raises(RuntimeError, match=r"Inkling cannot start: the disk .* is full"):
            inkling.start()
    inkling.start()


def listed(inkling: Inkling) -> list[dict[str, Any]]:
    """The runs, without their sizes, which are measured a moment later."""
    runs = inkling.server.get("/api/runs").json()["runs"]
    return [{**run, "disk_bytes": None} for run in runs]


def half_written(inkling: Inkling) -> list[Path]:
    """Files that were begun and never got their names."""
    return list((inkling.data_dir / "runs").rglob(".*"))
