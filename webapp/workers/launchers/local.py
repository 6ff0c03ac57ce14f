"""Workers as processes of this machine; while a place is free, one waits with TensorFlow imported.

A worker leads a session of its own, so Ctrl-C reaches only the web process, and it outlives a
web process that dies. Its standard output and error go to a file, so no full pipe stops it. The
waiting one ends by itself when its standard input closes.

A worker that takes more memory than a run may use is ended before it takes the machine's.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import NamedTuple

from webapp.data_dir import attempt_scratch, run_dir
from webapp.schemas.sentences import Sentence
from webapp.schemas.worker import Assignment
from webapp.settings import ROOT
from webapp.workers.launchers import LaunchError, OnExit, limits, logs, scratch
from webapp.workers.launchers.processes import (
    process_started,
    signal_group,
    worker_environment,
)

COMMAND = (sys.executable, "-m", "webapp.ml.training.train_worker")
REAP_SECONDS = 0.2
REWARM_SECONDS = 5.0
"""The next waiting worker is started so long after one was used, to leave its start the CPU. While
every place is taken none is: getting ready takes as much of the CPU as seconds of training."""
BROKEN_SECONDS = 30.0
LOOK_SECONDS = 1.0
"""How often the workers' memory and logs are looked at."""

log = logging.getLogger(__name__)


class _Spawned(NamedTuple):
    """A new process with its log and its folder for temporary files."""

    child: subprocess.Popen[str]
    log: Path
    scratch: Path


@dataclass
class _Worker:
    """A worker at work: a child of ours, or one taken over from an earlier server."""

    run_id: str
    attempt: int
    pid: int
    started: str | None
    child: subprocess.Popen[str] | None
    scratch: Path | None = None
    """Where it kept temporary files while it waited; what it had after that is its attempt's."""
    reason: Sentence | None = None
    """Why we ended it."""

    def gone(self) -> bool:
        """Whether the process has ended; reaps it."""
        if self.child is not None:
            return self.child.poll() is not None
        return process_started(self.pid) != self.started


class LocalLauncher:
    """Starts, watches and ends workers, ``places`` at once, each with ``memory`` bytes.

    ``command`` is what a worker runs.
    """

    def __init__(
        self,
        data_dir: Path,
        places: int,
        memory: int,
        *,
        command: Sequence[str] = COMMAND,
        rewarm: float = REWARM_SECONDS,
    ) -> None:
        self.on_exit: OnExit | None = None
        self._data_dir = data_dir
        self._command = list(command)
        self._places, self._memory, self._rewarm = places, memory, rewarm
        self._lock = threading.Lock()
        self._workers: dict[tuple[str, int], _Worker] = {}
        self._warm: _Spawned | None = None
        self._warm_at = 0.0
        self._serial = 0
        self._looked = 0.0
        self._closing = threading.Event()
        self._reaper: threading.Thread | None = None

    def start(self) -> None:
        """Start the first waiting worker, and the thread that reaps."""
        self._reaper = threading.Thread(target=self._reap_until_closed, daemon=True)
        self._reaper.start()

    def launch(self, assignment: Assignment) -> tuple[int, str | None]:
        """Hand the assignment to the waiting worker, or to a new one. Raises LaunchError."""
        with self._lock:
            child, path, own = self._take_warm() or self._spawn()
            self._warm_at = time.monotonic() + self._rewarm
            with contextlib.suppress(OSError):
                self._keep_log(path, assignment)
            started = process_started(child.pid)
            worker = _Worker(assignment.run_id, assignment.attempt, child.pid, started, child, own)
            self._workers[worker.run_id, worker.attempt] = worker
        with contextlib.suppress(OSError):  # it died just now: the reaper tells
            assert child.stdin is not None
            child.stdin.write(assignment.model_dump_json() + "\n")
            child.stdin.close()
        return worker.pid, worker.started

    def _keep_log(self, path: Path, assignment: Assignment) -> None:
        """Give the log to its run, which keeps those of its newest attempts."""
        directory = run_dir(self._data_dir, assignment.run_id)
        kept = logs.log_path(directory, assignment.attempt)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.rename(kept)
        logs.remove([logs.log_path(directory, assignment.attempt - logs.KEPT_LOGS)])

    def _take_warm(self) -> _Spawned | None:
        """The waiting worker, if it lives."""
        warm, self._warm = self._warm, None
        if warm is None or warm.child.poll() is None:
            return warm
        said = logs.last_line(warm.log)
        log.warning("the waiting worker ended with code %s: %s", warm.child.returncode, said)
        assert warm.child.stdin is not None
        warm.child.stdin.close()
        self._clear(warm)
        return None

    @staticmethod
    def _clear(spawned: _Spawned) -> None:
        """Remove what a worker that never got a run leaves."""
        logs.remove([spawned.log])
        scratch.remove(spawned.scratch)

    def _log_dir(self) -> Path:
        directory = self._data_dir / "logs"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def _spawn(self) -> _Spawned:
        """A new worker process that waits for its line."""
        self._serial += 1
        name = f"worker-{os.getpid()}-{self._serial}"
        try:
            path = self._log_dir() / f"{name}.log"
            own = scratch.make(self._data_dir, name)
            with path.open("ab") as output:
                child = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    text=True,
                    cwd=ROOT,
                    env=worker_environment(os.environ, self._data_dir, own),
                    start_new_session=True,
                )
        except OSError as error:
            raise LaunchError(str(error)) from error
        limits.limit(child.pid, self._memory)
        return _Spawned(child, path, own)

    def take_over(self, run_id: str, attempt: int, pid: int | None, started: str | None) -> bool:
        """Watch a worker of an earlier server process; False when it lives no more."""
        if pid is None or started is None or process_started(pid) != started:
            return False
        with self._lock:
            self._workers[run_id, attempt] = _Worker(run_id, attempt, pid, started, None)
        return True

    def end(self, run_id: str, attempt: int, *, kill: bool = False) -> None:
        """TERM to the worker's process group, or KILL."""
        worker = self._workers.get((run_id, attempt))
        if worker is not None and not worker.gone():
            signal_group(worker.pid, SIGKILL if kill else SIGTERM)

    def alive(self) -> int:
        """How many workers are at work."""
        return len(self._workers)

    def pids(self) -> list[int]:
        """The processes at work, and the one that waits."""
        warm = self._warm
        return [worker.pid for worker in self._workers.values()] + (
            [warm.child.pid] if warm is not None else []
        )

    def _reap_until_closed(self) -> None:
        """The one place where workers' ends are noticed, and where the next one is warmed."""
        while not self._closing.wait(REAP_SECONDS):
            self._warm_up()
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = time.monotonic()
                self._look_after()
            for worker in list(self._workers.values()):
                if worker.gone():
                    with self._lock:
                        self._workers.pop((worker.run_id, worker.attempt), None)
                    self._remove_scratch(worker)
                    self._tell(worker)

    def _remove_scratch(self, worker: _Worker) -> None:
        """Remove what a worker that is gone could not remove itself."""
        scratch.remove(attempt_scratch(self._data_dir, worker.run_id, worker.attempt))
        if worker.scratch is not None:
            scratch.remove(worker.scratch)

    def _look_after(self) -> None:
        """Cut long logs, and end the workers that use more memory than they may."""
        for worker in list(self._workers.values()):
            logs.cut(logs.log_path(run_dir(self._data_dir, worker.run_id), worker.attempt))
            worker.reason = worker.reason or limits.overuse(worker.pid, self._memory)
            if worker.reason is not None:
                log.warning("run %s, attempt %s: %s", worker.run_id, worker.attempt, worker.reason)
                signal_group(worker.pid, SIGKILL)

    def _warm_up(self) -> None:
        """Start the waiting worker when it is missing, there is a place for it, and the last
        one had time to start."""
        with self._lock:
            if self._warm is not None:
                self._warm = self._take_warm()
                if self._warm is None:  # it cannot even wait: do not try that all the time
                    self._warm_at = time.monotonic() + BROKEN_SECONDS
            elif len(self._workers) < self._places and time.monotonic() >= self._warm_at:
                with contextlib.suppress(LaunchError):
                    self._warm = self._spawn()

    def _tell(self, worker: _Worker) -> None:
        code = worker.child.returncode if worker.child is not None else None
        try:
            if self.on_exit is not None:
                self.on_exit(worker.run_id, worker.attempt, code, worker.reason)
        except Exception:
            log.exception("the end of a worker could not be handled")

    def close(self) -> None:
        """End the waiting worker and stop watching; workers at work go on."""
        self._closing.set()
        if self._reaper is not None:
            self._reaper.join()
        warm = self._take_warm()
        if warm is None:
            return
        child = warm.child
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(1.0)
        except subprocess.TimeoutExpired:
            signal_group(child.pid, SIGKILL)
            child.wait()
        self._clear(warm)
