"""Keeps a process that answers questions alive: JSON lines through its pipes.

Any thread or greenlet may ask; one thread reads the answers. When the process dies it is restarted,
and its unanswered questions are sent once more. A question that takes too long counts as a hang:
the process is killed.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import Any, ClassVar

from flask_babel import lazy_gettext

from webapp.errors import ApiError, Conflict, DiskFull, FieldProblem, InternalError, Unavailable
from webapp.settings import ROOT
from webapp.workers.launchers import limits, logs, scratch
from webapp.workers.launchers.processes import signal_group, worker_environment

START_SECONDS = 120.0
"""The time limit for a process's start: on a busy machine TensorFlow may take most of a minute."""
LONG_SECONDS = 180.0
"""The time limit for an answer, once there is a process."""
LOOK_SECONDS = 0.5
"""How often a waiting question checks whether its process has started."""
READY = json.dumps({"id": 0, "ask": "ready"}) + "\n"
"""A process's first question; any answer shows that it has started."""
RESTART_SECONDS = 1.0
"""The least time between two starts: a process that cannot start must not use up the CPU."""

log = logging.getLogger(__name__)

_keepers = itertools.count(1)


@dataclass
class Pending:
    """A question without an answer yet, or a part of one."""

    question: dict[str, Any]
    done: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] | None = None
    sent: int = 0

    def finish(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.done.set()


def refusal(error: Mapping[str, Any]) -> ApiError:
    """Return the error for a client from a worker's error (``Failure.as_json``).

    Sentences are translated when they are answered: several clients may share the error, each with
    its own language. An error without a code is an error of ours.
    """
    if "code" not in error:
        return InternalError()
    if error["code"] == DiskFull.code:  # this worker writes to the server's own disk
        return DiskFull()
    fields = [
        FieldProblem(fault["path"], _lazy(fault["msgid"], fault["values"]))
        for fault in error.get("fields", ())
    ]
    kind = Conflict if error.get("expected") else InternalError
    return kind(error["code"], _lazy(error["message"], error.get("values", {})), fields)


def _lazy(msgid: str, values: Mapping[str, Any]) -> Any:
    """Return a worker's sentence, to be translated when it is answered."""
    return lazy_gettext(msgid, **values)


def _close(process: subprocess.Popen[str]) -> None:
    """Close our ends of the pipes of a process that has ended."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):  # unsent questions cannot be flushed
                pipe.close()


class Keeper:
    """Keeps the process that ``command`` starts alive, with ``memory`` bytes at most."""

    name: ClassVar[str]
    """The name of its log file."""
    unavailable: ClassVar[tuple[str, Any]]
    """The code and the sentence of the error when there is no process."""

    def __init__(self, data_dir: Path, memory: int | None, command: Sequence[str]) -> None:
        self._data_dir = data_dir
        self._memory = memory
        self._log = data_dir / "logs" / f"{self.name}.log"
        self._command = list(command)
        self._scratch = f"{self.name}-{os.getpid()}-{next(_keepers)}"
        """The temporary folder of its process; one of a name may still end while the next
        starts."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ready_at: float | None = None
        self._pending: dict[int, Pending] = {}
        self._numbers = itertools.count(1)
        self._closing = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread that restarts the worker and reads its answers."""
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Close the worker's input, which ends it; kill it if that takes longer than a second."""
        self._closing.set()
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError, ValueError):
                assert process.stdin is not None
                process.stdin.close()
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:
                signal_group(process.pid, SIGKILL)
        if self._keeper is not None:
            self._keeper.join()

    def pids(self) -> list[int]:
        """Return the worker's process id, if there is one."""
        process = self._process
        return [] if process is None else [process.pid]

    def ask(self, question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
        """Return the answer to a question. Raises ApiError; Unavailable without a worker."""
        if self._keeper is None or self._closing.is_set():
            raise self._unavailable()
        number = next(self._numbers)
        pending = Pending({"id": number, **question})
        with self._lock:
            self._pending[number] = pending
            self._send(pending)
        try:
            return self.await_answer(pending, seconds)
        finally:
            with self._lock:
                self._pending.pop(number, None)

    def await_answer(self, pending: Pending, seconds: float) -> dict[str, Any]:
        """Wait for the answer and return its content. Raises ApiError."""
        if not self._in_time(pending, seconds):
            if pending.question:
                self._end_hung()
            raise self._unavailable()
        answer = pending.answer or {}
        if "raise" in answer:
            raise answer["raise"]
        if "ok" in answer:
            ok: dict[str, Any] = answer["ok"]
            return ok
        error = answer.get("error") or {}
        refused = refusal(error)
        # A client's mistake is no error of the server, and a pen sends 60 questions a second to
        # weights that are not finite.
        level = logging.DEBUG if isinstance(refused, Conflict) else logging.ERROR
        log.log(level, "%s worker answered with an error: %s", self.name, error)
        raise refused

    def _unavailable(self) -> Unavailable:
        return Unavailable(*self.unavailable)

    def _in_time(self, pending: Pending, seconds: float) -> bool:
        """Return whether an answer comes within ``seconds``; a worker's start has its own limit."""
        began = time.monotonic()
        while True:
            ready = self._ready_at
            limit = began + START_SECONDS if ready is None else max(began, ready) + seconds
            left = limit - time.monotonic()
            if left <= 0:
                return pending.done.is_set()
            if pending.done.wait(min(left, LOOK_SECONDS)):
                return True

    def _end_hung(self) -> None:
        """Kill a worker that does not answer; it is restarted."""
        process = self._process
        if process is not None and process.poll() is None:
            log.error("%s worker timed out: restarting it", self.name)
            signal_group(process.pid, SIGKILL)

    def _send(self, pending: Pending) -> None:
        """Write a question to the worker; without one it is sent at the next start (lock held)."""
        process = self._process
        if process is None or process.stdin is None:
            return
        pending.sent += 1
        with contextlib.suppress(OSError, ValueError):  # it died: the question is sent again
            process.stdin.write(json.dumps(pending.question) + "\n")
            process.stdin.flush()

    def _keep(self) -> None:
        """Start the worker, read its answers until it ends, and repeat, until closed."""
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                own = scratch.make(self._data_dir, self._scratch)
                process = self._spawn(own)
            except OSError:
                log.exception("%s worker could not be started", self.name)
                self._fail_all()
            else:
                self._read(process)
                process.wait()
                _close(process)
                scratch.remove(own)
                log.info("%s worker exited with code %s", self.name, process.returncode)
            self._fail_sent_twice()
            self._closing.wait(max(0.0, RESTART_SECONDS - (time.monotonic() - began)))
        self._fail_all()

    def _spawn(self, own: Path) -> subprocess.Popen[str]:
        """Start the worker with its own temporary folder, and send it all pending questions."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        logs.cut(self._log)
        with self._log.open("ab") as output:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                cwd=ROOT,
                env=worker_environment(os.environ, self._data_dir, own),
                start_new_session=True,
            )
        assert process.stdin is not None
        if self._memory is not None:
            limits.limit(process.pid, self._memory)
        with self._lock:
            self._process, self._ready_at = process, None
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(READY)
                process.stdin.flush()
            for pending in self._pending.values():
                self._send(pending)
            if self._closing.is_set():  # `stop` was called before there was a process
                process.stdin.close()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        """Deliver answers until the worker closes its output."""
        assert process.stdout is not None
        for line in process.stdout:
            self._ready_at = self._ready_at or time.monotonic()
            logs.cut(self._log)
            try:
                answer = json.loads(line)
                pending = self._pending.get(answer["id"])
            except (ValueError, KeyError, TypeError):
                log.error("%s worker sent an invalid answer", self.name)
                continue
            if pending is not None:
                pending.finish(answer)
        with self._lock:
            self._process, self._ready_at = None, None

    def _fail_sent_twice(self) -> None:
        """Fail questions that were sent to two workers, which both died."""
        with self._lock:
            for pending in self._pending.values():
                if pending.sent >= 2:
                    pending.finish({"raise": self._unavailable()})

    def _fail_all(self) -> None:
        with self._lock:
            for pending in self._pending.values():
                pending.finish({"raise": self._unavailable()})
