"""Workers as real processes: handed their line, reaped, ended, taken over."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.doubles import wait_until
from webapp.data_dir import attempt_scratch
from webapp.schemas.worker import Assignment
from webapp.workers.launchers import LaunchError, limits, local, logs
from webapp.workers.launchers.local import LocalLauncher
from webapp.workers.launchers.processes import process_started, signal_group, worker_environment

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
    if told["run_id"] == "chatty":
        while True:
            print("word " * 2000, flush=True)
    if told["run_id"] == "greedy":
        hoard = []
        while True:
            hoard.append(bytearray(10_000_000))
            time.sleep(0.02)
    if told["run_id"] == "leap":
        try:
            bytearray(30_000_000_000)
        except MemoryError:
            sys.exit(3)
    if told["run_id"] != "short":
        time.sleep(600)
    sys.exit(5)
"""


def _idle(launcher: LocalLauncher) -> bool:
    return launcher.alive() == 0


Ends = list[tuple[str, int, int | None, str | None]]
Make = Callable[..., tuple[LocalLauncher, Ends]]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes launchers of a small fake worker, and the list of the ends they report."""
    made: list[LocalLauncher] = []

    def launcher(
        rewarm: float = 60.0, places: int = 2, memory: int = 10**9
    ) -> tuple[LocalLauncher, Ends]:
        command = [sys.executable, "-c", ECHO]
        new = LocalLauncher(tmp_path, places, memory, command=command, rewarm=rewarm)
        ends: Ends = []
        new.on_exit = lambda *end: ends.append(end)
        new.start()
        made.append(new)
        return new, ends

    yield launcher
    for one in made:
        for run_id, attempt in list(one._workers):
            one.end(run_id, attempt, kill=True)
        wait_until(partial(_idle, one))
        one.close()


def log_of(data_dir: Path, run_id: str, attempt: int = 1) -> Path:
    return data_dir / "runs" / run_id / "logs" / f"{attempt}.log"


def assignment(run_id: str = "r1", attempt: int = 1) -> Assignment:
    return Assignment(
        server="http://127.0.0.1:1", run_id=run_id, attempt=attempt, token="secret", data_dir="/"
    )


def test_a_worker_gets_its_line_and_its_end_is_reported(make: Make, tmp_path: Path) -> None:
    launcher, ends = make()
    pid, started = launcher.launch(assignment("short", 3))
    assert pid != os.getpid() and started
    wait_until(lambda: ends)
    assert ends == [("short", 3, 5, None)] and launcher.alive() == 0
    said = json.loads(log_of(tmp_path, "short", 3).read_text())
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
    said = log_of(tmp_path, "short").read_text()
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
    waiting = launcher._warm.child.pid
    pid, _started = launcher.launch(assignment())
    assert pid == waiting
    wait_until(lambda: launcher._warm is not None and launcher._warm.child.pid != waiting)


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
    waiting = launcher._warm.child
    os.kill(waiting.pid, signal.SIGKILL)
    wait_until(lambda: waiting.poll() is not None)
    pid, _started = launcher.launch(assignment())
    assert pid != waiting.pid and process_started(pid)


def test_a_waiting_worker_that_dies_leaves_nothing(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    launcher, _ends = make()
    wait_until(lambda: launcher._warm is not None)
    assert launcher._warm is not None
    waiting = launcher._warm
    (waiting.scratch / "half").write_text("a file")
    waiting.log.write_text("first\nno memory left\n")
    os.kill(waiting.child.pid, signal.SIGKILL)
    wait_until(lambda: not waiting.scratch.exists())
    assert list((tmp_path / "logs").iterdir()) == []
    assert "code -9: no memory left" in caplog.text


def test_a_killed_worker_leaves_no_scratch(make: Make, tmp_path: Path) -> None:
    launcher, ends = make()
    launcher.launch(assignment("r1", 2))
    log = log_of(tmp_path, "r1", 2)
    wait_until(lambda: log.exists() and log.read_text())
    early = Path(json.loads(log.read_text())["environ"]["TMPDIR"])
    assert early.is_dir() and early.parent == tmp_path / "scratch"
    own = attempt_scratch(tmp_path, "r1", 2)
    own.mkdir(parents=True)
    (own / "1.npz").write_bytes(b"weights")
    launcher.end("r1", 2, kill=True)
    wait_until(lambda: ends)
    assert not own.parent.exists() and not early.exists()


def test_closing_ends_the_waiting_worker_and_leaves_the_others(make: Make, tmp_path: Path) -> None:
    launcher, _ends = make(rewarm=0.0)
    pid, started = launcher.launch(assignment())
    wait_until(lambda: launcher._warm is not None)
    assert launcher._warm is not None
    waiting = launcher._warm.child.pid
    launcher.close()
    assert process_started(waiting) is None
    assert process_started(pid) == started
    assert list((tmp_path / "logs").iterdir()) == [] and log_of(tmp_path, "r1").exists()
    signal_group(pid, signal.SIGKILL)
    launcher._workers["r1", 1].child.wait()  # type: ignore[union-attr]
    launcher._workers.clear()


def test_term_then_kill(make: Make, tmp_path: Path) -> None:
    launcher, ends = make()
    launcher.launch(assignment("r1"))
    launcher.launch(assignment("deaf"))
    log = log_of(tmp_path, "deaf")
    wait_until(lambda: "deaf\n" in log.read_text())
    launcher.end("r1", 1)
    wait_until(lambda: ("r1", 1, -signal.SIGTERM, None) in ends)
    launcher.end("deaf", 1)
    assert launcher.alive() == 1
    launcher.end("deaf", 1, kill=True)
    wait_until(lambda: ("deaf", 1, -signal.SIGKILL, None) in ends)
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
    wait_until(lambda: ends == [("r1", 1, None, None)])


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    launcher = LocalLauncher(tmp_path, 1, 10**9, command=["/no/such/program"])
    with pytest.raises(LaunchError):
        launcher.launch(assignment())


# --- memory and logs


def test_a_worker_that_takes_too_much_memory_is_ended_with_the_numbers(make: Make) -> None:
    launcher, ends = make(memory=200_000_000)
    launcher.launch(assignment("greedy"))
    launcher.launch(assignment("r1"))
    wait_until(lambda: ends)
    ((run_id, attempt, code, reason),) = ends
    assert (run_id, attempt, code) == ("greedy", 1, -signal.SIGKILL)
    assert reason is not None and "a run may use 0.2 GB on this machine" in str(reason)
    assert launcher.alive() == 1


def test_the_memory_of_a_worker_taken_over_is_watched(make: Make) -> None:
    earlier, _ends = make()
    pid, started = earlier.launch(assignment("greedy"))
    later, ends = make(memory=200_000_000)
    assert later.take_over("greedy", 1, pid, started)
    wait_until(lambda: ends)
    assert ends[0][2] is None and ends[0][3] is not None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit only their own process")
def test_a_leap_beyond_all_memory_fails_in_the_worker(make: Make) -> None:
    launcher, ends = make()
    pid, _started = launcher.launch(assignment("leap"))
    wait_until(lambda: ends)
    assert ends == [("leap", 1, 3, None)]
    other, _started = launcher.launch(assignment())
    assert resource.prlimit(other, resource.RLIMIT_CORE) == (0, 0)
    assert resource.prlimit(other, resource.RLIMIT_AS)[1] == 10**9 + limits.ADDRESS_ROOM


def test_a_log_is_cut_while_it_is_written(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES", 100_000)
    monkeypatch.setattr(local, "LOOK_SECONDS", 0.0)
    launcher, ends = make()
    launcher.launch(assignment("chatty"))
    log = log_of(tmp_path, "chatty")
    wait_until(lambda: logs.older(log).exists())
    launcher.end("chatty", 1, kill=True)
    wait_until(lambda: ends)
    logs.cut(log)
    assert log.stat().st_size <= 100_000
    assert logs.older(log).stat().st_size == 100_000
    assert b"\0" not in log.read_bytes() + logs.older(log).read_bytes()


def test_a_short_log_and_one_that_is_gone_are_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    logs.cut(log)
    log.write_text("short")
    logs.cut(log)
    assert log.read_text() == "short" and not logs.older(log).exists()


def test_a_run_keeps_the_logs_of_its_newest_attempts(make: Make, tmp_path: Path) -> None:
    launcher, ends = make()
    for attempt in range(1, 8):
        launcher.launch(assignment("short", attempt))
    wait_until(lambda: len(ends) == 7)
    kept = sorted(path.name for path in log_of(tmp_path, "short").parent.iterdir())
    assert kept == ["3.log", "4.log", "5.log", "6.log", "7.log"]


def test_a_log_that_cannot_be_cut_is_nothing_to_end_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES", 10)
    log = tmp_path / "a.log"
    log.write_text("long enough to be cut")
    logs.older(log).mkdir()
    logs.cut(log)
    assert "Could not truncate" in caplog.text and log.read_text() == "long enough to be cut"
