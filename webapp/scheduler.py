"""The scheduler: starts queued runs and recovers runs whose worker has died.

In the order of ``runs.queue``, ``workers`` at once. It is one thread that wakes when a run is
queued or ends, and once a second to check leases. ``work_changed`` and the launcher's ``on_exit``
wake it; it never calls itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from webapp.runs import attempts, queries, recovery
from webapp.runs.clock import now
from webapp.runs.signals import work_changed
from webapp.schemas.sentences import Sentence
from webapp.schemas.worker import Assignment
from webapp.services import Service
from webapp.workers.launchers import Launcher, LaunchError

TICK_SECONDS = 1.0
STOP_PATIENCE = 60.0
"""Seconds that a worker has to stop (it evaluates first) before it gets TERM."""
TERM_PATIENCE = 10.0
"""Seconds from TERM to KILL."""
KILLED_CODE = -9

log = logging.getLogger(__name__)


class Scheduler:
    """Starts the runs of one application on a launcher."""

    def __init__(self, app: Flask, launcher: Launcher, workers: int, data_dir: Path) -> None:
        self._app = app
        self._launcher = launcher
        self._workers = workers
        self._data_dir = data_dir
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._server = ""
        self._gone: deque[Any] = deque()

    def start(self, server: str) -> None:
        """Recover what an earlier server process left, then serve the queue.

        ``server`` is the address that workers report to.
        """
        self._server = server
        self._launcher.on_exit = self._on_exit
        with self._app.app_context():
            self._take_up()
        self._launcher.start()
        work_changed.connect(self._on_work, self._app)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """End in order: start no runs, send TERM to the workers, then KILL.

        On TERM they return their runs to the queue, to resume at the next start.
        """
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        work_changed.disconnect(self._on_work, self._app)
        self._end_workers(patience)
        self._launcher.close()
        self._guarded(self._record_ends)
        with self._app.app_context():
            for left in recovery.under_way():
                recovery.ended(left.run_id, left.attempt, recovery.SERVER_ENDED)

    def _end_workers(self, patience: float) -> None:
        """Send TERM to the workers, wait ``patience`` seconds for their reports and 1 to exit, then
        KILL.
        """
        left = self._under_way()
        for one in left:
            self._launcher.end(one.run_id, one.attempt)
        self._wait_while(lambda: self._launcher.alive() and self._under_way(), patience)
        self._wait_while(self._launcher.alive, min(patience, 1.0))
        if self._launcher.alive():
            for one in left:
                self._launcher.end(one.run_id, one.attempt, kill=True)
            self._wait_while(self._launcher.alive, 1.0)

    def _under_way(self) -> list[recovery.AttemptUnderWay]:
        with self._app.app_context():
            return recovery.under_way()

    @staticmethod
    def _wait_while(condition: Callable[[], object], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while condition() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _take_up(self) -> None:
        """Renew all leases, watch the living workers, queue the runs whose worker is dead."""
        recovery.renew_all()
        for left in recovery.under_way():
            if not self._launcher.take_over(left.run_id, left.attempt, left.pid, left.pid_started):
                recovery.ended(left.run_id, left.attempt, recovery.LOST)

    def _on_work(self, _app: object, **_facts: Any) -> None:
        self._wake.set()

    def _on_exit(self, *worker: Any) -> None:
        """Note a worker's exit; the scheduler's thread records it.

        That thread retries while the disk is full or the database locked.
        """
        self._gone.append(worker)
        self._wake.set()

    def _record_ends(self) -> None:
        """Record the exits of workers, in order."""
        while self._gone:
            self._record_end(*self._gone[0])
            self._gone.popleft()

    def _record_end(
        self, run_id: str, attempt: int, code: int | None, ended_for: Sentence | None
    ) -> None:
        """Record the exit of a worker; a run that it left without a report is recovered.

        ``ended_for`` is why the launcher killed it: another attempt would end the same way.
        """
        log.info("worker of run %s, attempt %s, exited with code %s", run_id, attempt, code)
        if ended_for is not None:
            reason = ended_for
        elif self._closing.is_set():
            reason = recovery.SERVER_ENDED
        else:
            reason = recovery.KILLED if code == KILLED_CODE else recovery.DIED
        recovery.ended(run_id, attempt, reason, for_good=ended_for is not None)

    def _serve(self) -> None:
        """Check leases, start runs and wait, until closed."""
        while not self._closing.is_set():
            self._wake.clear()
            for step in (self._record_ends, self._sweep, self._start_queued):
                self._guarded(step)
            self._wake.wait(TICK_SECONDS)

    def _guarded(self, step: Callable[[], None]) -> None:
        """Do one step; an error in it (such as a full disk) is logged, and the loop goes on."""
        try:
            with self._app.app_context():
                step()
        except Exception:
            log.exception("A step of the scheduler failed: retrying")

    def _sweep(self) -> None:
        """End workers that are silent, or that ignore a stop."""
        for one in recovery.under_way():
            if one.lease_over:
                self._launcher.end(one.run_id, one.attempt, kill=True)
                recovery.ended(one.run_id, one.attempt, recovery.SILENT)
            elif one.stop_requested_at is not None:
                waited = (now() - one.stop_requested_at) / 1000
                if waited > STOP_PATIENCE:
                    kill = waited > STOP_PATIENCE + TERM_PATIENCE
                    self._launcher.end(one.run_id, one.attempt, kill=kill)

    def _start_queued(self) -> None:
        """Start runs while a slot is free."""
        while not self._closing.is_set() and queries.count_busy() < self._workers:
            run_id = queries.next_queued()
            if run_id is None:
                return
            self._start(run_id)

    def _start(self, run_id: str) -> None:
        """Start one attempt."""
        begun = attempts.begin(run_id, recovery.drop_torn(run_id))
        if begun is None:
            return
        attempt, token = begun
        assignment = Assignment(
            server=self._server,
            run_id=run_id,
            attempt=attempt,
            token=token,
            data_dir=str(self._data_dir),
        )
        try:
            pid, started = self._launcher.launch(assignment)
        except LaunchError as error:
            log.error("run %s: %s", run_id, error)
            recovery.ended(run_id, attempt, recovery.NOT_STARTED)
        else:
            attempts.note_process(run_id, attempt, pid, started)


SCHEDULER: Service[Scheduler] = Service("scheduler")
