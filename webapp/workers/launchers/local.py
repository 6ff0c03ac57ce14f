"""Starts workers as processes of this machine; a warm one waits with TensorFlow imported.

A worker leads a session of its own, so Ctrl-C reaches only the web process, and the worker outlives
a web process that dies. Its output goes to a file, so no full pipe stops it. The waiting worker
exits when its standard input closes.

A worker that uses more memory than a run may is killed before the machine runs out.
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
"""The delay before the next waiting worker is started, to leave the CPU to the one that was just
used. While every slot is taken none is started: it would cost seconds of training."""
BROKEN_SECONDS = 30.0
LOOK_SECONDS = 1.0
"""How often the workers' memory and logs are checked."""

log = logging.getLogger(__name__)


class _Spawned(NamedTuple):
    """A new process with its log and its temporary folder."""

    child: subprocess.Popen[str]
    log: Path
    scratch: Path


@dataclass
class _Worker:
    """A worker with a run: a child of ours, or one taken over from an earlier server."""

    run_id: str
    attempt: int
    pid: int
    started: str | None
    child: subprocess.Popen[str] | None
    scratch: Path | None = None
    """Its temporary folder while it waited; later it uses its attempt's."""
    reason: Sentence | None = None
    """Why we killed it."""

    def has_ended(self) -> bool:
        """Return whether the process has ended; reap it then."""
        if self.child is not None:
            return self.child.poll() is not None
        return process_started(self.pid) != self.started


class LocalLauncher:
    """Starts, watches and ends up to ``places`` workers, each with ``memory`` bytes.

    ``command`` is the command line of a worker.
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
        """Give the assignment to the waiting worker, or to a new one. Raises LaunchError."""
        with self._lock:
            child, path, own = self._take_warm() or self._spawn()
            self._warm_at = time.monotonic() + self._rewarm
            with contextlib.suppress(OSError):
                self._keep_log(path, assignment)
            started = process_started(child.pid)
            worker = _Worker(assignment.run_id, assignment.attempt, child.pid, started, child, own)
            self._workers[worker.run_id, worker.attempt] = worker
        with contextlib.suppress(OSError):  # it has just died: the reaper reports it
            assert child.stdin is not None
            child.stdin.write(assignment.model_dump_json() + "\n")
            child.stdin.close()
        return worker.pid, worker.started

    def _keep_log(self, path: Path, assignment: Assignment) -> None:
        """Move the log to its run, which keeps those of its newest attempts."""
        directory = run_dir(self._data_dir, assignment.run_id)
        kept = logs.log_path(directory, assignment.attempt)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.rename(kept)
        logs.remove([logs.log_path(directory, assignment.attempt - logs.KEPT_LOGS)])

    def _take_warm(self) -> _Spawned | None:
        """Return the waiting worker, if it is alive."""
        warm, self._warm = self._warm, None
        if warm is None or warm.child.poll() is None:
            return warm
        said = logs.last_line(warm.log)
        log.warning("waiting worker exited with code %s: %s", warm.child.returncode, said)
        assert warm.child.stdin is not None
        warm.child.stdin.close()
        self._clear(warm)
        return None

    @staticmethod
    def _clear(spawned: _Spawned) -> None:
        """Remove the files of a worker that never got a run."""
        logs.remove([spawned.log])
        scratch.remove(spawned.scratch)

    def _log_dir(self) -> Path:
        directory = self._data_dir / "logs"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def _spawn(self) -> _Spawned:
        """Start a worker process that waits for its assignment."""
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
        """Watch a worker of an earlier server process; return False when it has ended."""
        if pid is None or started is None or process_started(pid) != started:
            return False
        with self._lock:
            self._workers[run_id, attempt] = _Worker(run_id, attempt, pid, started, None)
        return True

    def end(self, run_id: str, attempt: int, *, kill: bool = False) -> None:
        """Send TERM to the worker's process group, or KILL."""
        worker = self._workers.get((run_id, attempt))
        if worker is not None and not worker.has_ended():
            signal_group(worker.pid, SIGKILL if kill else SIGTERM)

    def alive(self) -> int:
        """Return how many workers have a run."""
        return len(self._workers)

    def pids(self) -> list[int]:
        """Return the processes that have a run, and the one that waits."""
        warm = self._warm
        return [worker.pid for worker in self._workers.values()] + (
            [warm.child.pid] if warm is not None else []
        )

    def _reap_until_closed(self) -> None:
        """Reap ended workers and start the next waiting one, until closed."""
        while not self._closing.wait(REAP_SECONDS):
            self._warm_up()
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = time.monotonic()
                self._check_workers()
            for worker in list(self._workers.values()):
                if worker.has_ended():
                    with self._lock:
                        self._workers.pop((worker.run_id, worker.attempt), None)
                    self._remove_scratch(worker)
                    self._notify_exit(worker)

    def _remove_scratch(self, worker: _Worker) -> None:
        """Remove the temporary files of a worker that has ended."""
        scratch.remove(attempt_scratch(self._data_dir, worker.run_id, worker.attempt))
        if worker.scratch is not None:
            scratch.remove(worker.scratch)

    def _check_workers(self) -> None:
        """Cut long logs, and kill workers that use more memory than allowed."""
        for worker in list(self._workers.values()):
            logs.cut(logs.log_path(run_dir(self._data_dir, worker.run_id), worker.attempt))
            worker.reason = worker.reason or limits.overuse(worker.pid, self._memory)
            if worker.reason is not None:
                log.warning("run %s, attempt %s: %s", worker.run_id, worker.attempt, worker.reason)
                signal_group(worker.pid, SIGKILL)

    def _warm_up(self) -> None:
        """Start a waiting worker if there is none, a place is free, and the last start is over."""
        with self._lock:
            if self._warm is not None:
                self._warm = self._take_warm()
                if self._warm is None:  # its start failed: do not retry all the time
                    self._warm_at = time.monotonic() + BROKEN_SECONDS
            elif len(self._workers) < self._places and time.monotonic() >= self._warm_at:
                with contextlib.suppress(LaunchError):
                    self._warm = self._spawn()

    def _notify_exit(self, worker: _Worker) -> None:
        code = worker.child.returncode if worker.child is not None else None
        try:
            if self.on_exit is not None:
                self.on_exit(worker.run_id, worker.attempt, code, worker.reason)
        except Exception:
            log.exception("Could not handle the exit of a worker")

    def close(self) -> None:
        """End the waiting worker and stop watching; workers with a run go on."""
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
