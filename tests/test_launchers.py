"""Workers as real processes: handed their line, reaped, ended, taken over."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.doubles import wait_until
from webapp.launchers import LaunchError
from webapp.launchers.local import LocalLauncher
from webapp.launchers.processes import process_started, signal_group, worker_environment
from webapp.schemas.worker import Assignment

ECHO = """
import json, os, sys, time
line = sys.stdin.readline()
if line:
    told = json.loads(line)
    print(json.dumps({"told": told, "environ": dict(os.environ), "group": os.getpgid(0)}))
    sys.stdout.flush()
    if told["run_id"] == "deaf":
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("deaf", flush=True)
    if told["run_id"] != "short":
        time.sleep(600)
    sys.exit(5)
"""


def _idle(launcher: LocalLauncher) -> bool:
    return launcher.alive() == 0


Ends = list[tuple[str, int, int | None]]
Make = Callable[..., tuple[LocalLauncher, Ends]]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes launchers of a small fake worker, and the list of the ends they tell."""
    made: list[LocalLauncher] = []

    def launcher(rewarm: float = 60.0, places: int = 2) -> tuple[LocalLauncher, Ends]:
        command = [sys.executable, "-c", ECHO]
        new = LocalLauncher(tmp_path, places, command=command, rewarm=rewarm)
        ends: Ends = []
        new.on_exit = lambda run_id, attempt, code: ends.append((run_id, attempt, code))
        new.start()
        made.append(new)
        return new, ends

    yield launcher
    for one in made:
        for run_id, attempt in list(one._workers):
            one.end(run_id, attempt, kill=True)
        wait_until(partial(_idle, one))
        one.close()


def assignment(run_id: str = "r1", attempt: int = 1) -> Assignment:
    return Assignment(
        server="http://127.0.0.1:1", run_id=run_id, attempt=attempt, token="secret", data_dir="/"
    )


def test_a_worker_gets_its_line_and_its_end_is_told(make: Make, tmp_path: Path) -> None:
    launcher, ends = make()
    pid, started = launcher.launch(assignment("short", 3))
    assert pid != os.getpid() and started
    wait_until(lambda: ends)
    assert ends == [("short", 3, 5)] and launcher.alive() == 0
    said = json.loads((tmp_path / "logs" / "short-3.log").read_text())
    assert said["told"]["token"] == "secret" and said["group"] == pid


def test_no_secret_is_passed_on(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKLING_ACCESS_TOKEN", "password-of-the-server")
    monkeypatch.setenv("INKLING_DATABASE_URL", "postgresql://u:password@host/db")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
    launcher, ends = make()
    launcher.launch(assignment("short"))
    wait_until(lambda: ends)
    said = (tmp_path / "logs" / "short-1.log").read_text()
    assert "password" not in said and "another-secret" not in said
    assert json.loads(said)["environ"]["INKLING_DATA_DIR"] == str(tmp_path)


def test_the_environment_keeps_what_workers_need() -> None:
    given = {"PATH": "/bin", "TF_X": "1", "INKLING_MNIST": "/m", "HTTPS_PROXY": "http://u:p@h"}
    kept = worker_environment(given, Path("/data"))
    assert kept["PATH"] == "/bin" and kept["TF_X"] == "1" and kept["INKLING_MNIST"] == "/m"
    assert "HTTPS_PROXY" not in kept


def test_the_waiting_worker_is_used_and_replaced(make: Make) -> None:
    launcher, _ends = make(rewarm=0.0)
    wait_until(lambda: launcher._warm is not None)
    assert launcher._warm is not None
    waiting = launcher._warm[0].pid
    pid, _started = launcher.launch(assignment())
    assert pid == waiting
    wait_until(lambda: launcher._warm is not None and launcher._warm[0].pid != waiting)


def test_none_waits_while_every_place_is_taken(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    launcher, ends = make(rewarm=0.0, places=1)
    wait_until(lambda: launcher._warm is not None)
    looks: list[bool] = []
    look = launcher._warm_up

    def counted() -> None:
        look()
        looks.append(launcher._warm is not None)

    launcher.launch(assignment())
    monkeypatch.setattr(launcher, "_warm_up", counted)
    wait_until(lambda: len(looks) >= 3)
    assert not any(looks)
    launcher.end("r1", 1)
    wait_until(lambda: ends and looks[-1])


def test_a_waiting_worker_that_died_is_not_used(make: Make) -> None:
    launcher, _ends = make()
    wait_until(lambda: launcher._warm is not None)
    assert launcher._warm is not None
    waiting = launcher._warm[0]
    os.kill(waiting.pid, signal.SIGKILL)
    wait_until(lambda: waiting.poll() is not None)
    pid, _started = launcher.launch(assignment())
    assert pid != waiting.pid and process_started(pid)


def test_closing_ends_the_waiting_worker_and_leaves_the_others(make: Make, tmp_path: Path) -> None:
    launcher, _ends = make(rewarm=0.0)
    pid, started = launcher.launch(assignment())
    wait_until(lambda: launcher._warm is not None)
    assert launcher._warm is not None
    waiting = launcher._warm[0].pid
    launcher.close()
    assert process_started(waiting) is None
    assert process_started(pid) == started
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["r1-1.log"]
    signal_group(pid, signal.SIGKILL)
    launcher._workers["r1", 1].child.wait()  # type: ignore[union-attr]
    launcher._workers.clear()


def test_term_then_kill(make: Make, tmp_path: Path) -> None:
    launcher, ends = make()
    launcher.launch(assignment("r1"))
    launcher.launch(assignment("deaf"))
    log = tmp_path / "logs" / "deaf-1.log"
    wait_until(lambda: "deaf\n" in log.read_text())
    launcher.end("r1", 1)
    wait_until(lambda: ("r1", 1, -signal.SIGTERM) in ends)
    launcher.end("deaf", 1)
    assert launcher.alive() == 1
    launcher.end("deaf", 1, kill=True)
    wait_until(lambda: ("deaf", 1, -signal.SIGKILL) in ends)
    launcher.end("deaf", 1)


def test_a_worker_of_an_earlier_server_is_taken_over(make: Make) -> None:
    earlier, _ends = make()
    pid, started = earlier.launch(assignment())
    later, ends = make()
    assert later.take_over("r1", 1, pid, started)
    assert not later.take_over("r2", 1, pid, "another time")
    assert not later.take_over("r3", 1, None, None)
    assert later.alive() == 1
    later.end("r1", 1)
    wait_until(lambda: ends == [("r1", 1, None)])


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    launcher = LocalLauncher(tmp_path, 1, command=["/no/such/program"])
    with pytest.raises(LaunchError):
        launcher.launch(assignment())
