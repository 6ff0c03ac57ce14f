"""What a start removes from the data directory, and what it must leave."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker
from webapp.data_dir import SECRET, attempt_scratch, run_dir
from webapp.errors import DatabaseBusy
from webapp.runs import attempts, files, leftovers, lifecycle, queries
from webapp.schemas.config import RunConfig
from webapp.workers.launchers.processes import process_started


@pytest.fixture
def folder(app: Flask) -> Path:
    return Path(app.config["DATA_DIR"])


@pytest.fixture
def create(config: dict[str, Any]) -> Callable[[], str]:
    return lambda: str(lifecycle.create(RunConfig.model_validate(config), 1)["id"])


def put(path: Path, size: int = 1000) -> Path:
    """A file of so many bytes, and what it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0" * size)
    return path


def test_what_killed_processes_leave(
    folder: Path, create: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    own = run_dir(folder, create())
    left = [
        put(attempt_scratch(folder, own.name, 1) / "3.npz", 2_000_000),
        put(folder / "scratch" / "worker-12-3" / "half"),
        put(folder / "incoming" / "tmpabc.upload"),
        put(folder / "logs" / "worker-12-3.log"),
        put(folder / "logs" / "worker-12-3.log.1"),
        put(folder / "datasets" / ".abc" / "train.images"),
        put(folder / "datasets" / "tmp123.tmp"),
        put(folder / ".probe-77"),
        put(folder / f"{SECRET}.12ab"),
        put(own / "checkpoints" / ".1-2.npz.abcd"),
        put(own / "exports" / ".tmp1" / "model.keras"),
    ]
    kept = [
        put(own / "checkpoints" / "1-2.npz"),
        put(own / "exports" / "key.keras"),
        put(own / "insights" / "1-2.99" / "evaluation.json"),
        put(own / "logs" / "1.log"),
        put(folder / "logs" / "predict.log"),
        put(folder / "datasets" / "mnist-5k.npz"),
        put(folder / SECRET),
        put(folder / "notes of mine.txt"),
    ]
    caplog.set_level("INFO")
    leftovers.remove()
    assert [path for path in left if path.exists()] == []
    assert [path for path in kept if not path.exists()] == []
    assert [record.getMessage() for record in caplog.records] == [
        "removed 11 leftovers of earlier processes, 2.0 MB"
    ]
    caplog.clear()
    leftovers.remove()
    assert caplog.records == []


def test_a_deletion_and_an_import_that_were_not_finished(
    folder: Path, create: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = run_dir(folder, create()), create()
    put(stays / "checkpoints" / "1-0.npz")
    deleted = put(run_dir(folder, goes) / "checkpoints" / "1-0.npz").parent.parent
    monkeypatch.setattr(files, "remove_run", lambda _path: None)  # the crash
    lifecycle.delete(goes)
    never_known = put(run_dir(folder, "0123456789ab") / "checkpoints" / "0-0.npz").parent.parent
    assert deleted.exists()
    leftovers.remove()
    assert (stays.exists(), deleted.exists(), never_known.exists()) == (True, False, False)


def test_runs_of_another_database_stay(folder: Path, create: Callable[[], str]) -> None:
    """Somebody may have moved a database away, and may put it back."""
    old = put(run_dir(folder, "0123456789ab") / "checkpoints" / "1-0.npz").parent.parent
    leftovers.remove()
    assert old.exists(), "a database without a run knows nothing"
    create()
    os.utime(old, (1_000_000_000, 1_000_000_000))
    leftovers.remove()
    assert old.exists(), "older than all runs"
    assert put(folder / "runs" / "my own folder" / "file").exists()
    leftovers.remove()
    assert (folder / "runs" / "my own folder").exists(), "no name of a run"


def test_a_worker_that_lives_keeps_its_scratch(folder: Path, create: Callable[[], str]) -> None:
    living, dead = create(), create()
    process = subprocess.Popen(["sleep", "60"])
    try:
        for run_id, pid in ((living, process.pid), (dead, 2**22 + 1)):
            attempt, _token = attempts.begin(run_id) or pytest.fail("no attempt")
            attempts.note_process(run_id, attempt, pid, process_started(process.pid))
        used = put(attempt_scratch(folder, living, 1) / "1.npz")
        of_dead = put(attempt_scratch(folder, dead, 1) / "1.npz")
        of_before = put(attempt_scratch(folder, living, 0) / "1.npz")
        leftovers.remove()
        assert used.exists() and not of_dead.exists() and not of_before.exists()
    finally:
        process.kill()
        process.wait()
    leftovers.remove()
    assert not used.exists()


def test_links_are_not_followed(tmp_path: Path, folder: Path, create: Callable[[], str]) -> None:
    outside = put(tmp_path / "outside" / "precious")
    own = run_dir(folder, create())
    links = [
        folder / "incoming",
        folder / "scratch",
        own / "exports",
        folder / "runs" / "0123456789ab",
    ]
    for link in links:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(outside.parent)
    within = put(folder / "logs" / "x").with_name("worker-1-1.log")
    within.symlink_to(outside)
    inner = folder / "datasets" / ".half"
    inner.mkdir(parents=True)
    (inner / "link").symlink_to(outside.parent)
    leftovers.remove()
    assert outside.exists() and all(link.is_symlink() for link in links)
    assert not inner.exists() and not within.is_symlink(), "the links themselves are leftovers"


def test_what_cannot_be_removed_does_not_stop_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stays, goes = put(folder / ".probe-1"), put(folder / ".probe-2")
    unlink = Path.unlink

    def refuse(path: Path) -> None:
        if path == stays:
            raise PermissionError("not allowed")
        unlink(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    leftovers.remove()
    assert stays.exists() and not goes.exists() and "not allowed" in caplog.text


def test_an_import_whose_row_is_refused_leaves_nothing(
    folder: Path, config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = put(folder / "incoming" / "weights.npz")

    def refuse(_row: object) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(lifecycle, "_store_imported", refuse)
    with pytest.raises(DatabaseBusy):
        lifecycle.adopt(RunConfig.model_validate(config), 1, weights)
    assert list((folder / "runs").iterdir()) == []


def test_a_run_that_trains_keeps_all_its_files(folder: Path, create: Callable[[], str]) -> None:
    worker = Worker(create())
    worker.begin()
    worker.epoch(1)
    before = {path for path in run_dir(folder, worker.run_id).rglob("*") if path.is_file()}
    leftovers.remove()
    assert before and all(path.exists() for path in before)
    assert queries.get(worker.run_id)["epoch"] == 1


def test_a_folder_that_cannot_be_read_does_not_stop_the_start(
    folder: Path,
    create: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    own = run_dir(folder, create()) / "checkpoints"
    put(own / ".1-2.npz.abcd")
    left = put(folder / "incoming" / "tmpabc.upload")
    look = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        """As for another account than root's."""
        if path == own:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return look(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    leftovers.remove()
    assert not left.exists() and str(own) in caplog.text
