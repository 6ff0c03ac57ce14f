"""Keeps a process that answers questions alive: JSON lines through its pipes.

Any thread or greenlet may ask; one thread reads the answers. When the process dies it is started
again, and what it owed is asked once more; a question that takes too long ends it, for it hangs.
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
"""The limit for a process's start: on a busy machine TensorFlow may take most of a minute."""
LONG_SECONDS = 180.0
"""The limit for an answer, from when there is a process that answers."""
LOOK_SECONDS = 0.5
"""How often a waiting question looks whether its process has started."""
READY = json.dumps({"id": 0, "ask": "ready"}) + "\n"
"""A process's first question; whatever it says first, it has started."""
RESTART_SECONDS = 1.0
"""The least time between two starts: a process that cannot start must not take the CPU."""

log = logging.getLogger(__name__)

_keepers = itertools.count(1)


@dataclass
class Pending:
    """One question on its way, or a share of one."""

    question: dict[str, Any]
    done: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] | None = None
    sent: int = 0

    def finish(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.done.set()


def refusal(error: Mapping[str, Any]) -> ApiError:
    """The error that a client gets for a worker's error (``Failure.as_json``).

    Its sentences become words where it is answered: several askers may share it, each with a
    language of their own. Without a code it is a fault of ours.
    """
    if "code" not in error:
        return InternalError()
    if error["code"] == DiskFull.code:  # such a worker writes on the server's own disk
        return DiskFull()
    fields = [
        FieldProblem(fault["path"], _lazy(fault["msgid"], fault["values"]))
        for fault in error.get("fields", ())
    ]
    kind = Conflict if error.get("expected") else InternalError
    return kind(error["code"], _lazy(error["message"], error.get("values", {})), fields)


def _lazy(msgid: str, values: Mapping[str, Any]) -> Any:
    """A worker's sentence, translated when it is answered."""
    return lazy_gettext(msgid, **values)


def _close(process: subprocess.Popen[str]) -> None:
    """Close our ends of the pipes of a process that has ended."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):  # unsent questions cannot be flushed
                pipe.close()


class Keeper:
    """Keeps the process that ``command`` starts, with ``memory`` bytes at most."""

    name: ClassVar[str]
    """That of its log."""
    away: ClassVar[tuple[str, Any]]
    """The code and the sentence of the error when it cannot be had."""

    def __init__(self, data_dir: Path, memory: int | None, command: Sequence[str]) -> None:
        self._data_dir = data_dir
        self._memory = memory
        self._log = data_dir / "logs" / f"{self.name}.log"
        self._command = list(command)
        self._scratch = f"{self.name}-{os.getpid()}-{next(_keepers)}"
        """Its process's folder; one of a name may still end while the next begins."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ready_at: float | None = None
        self._pending: dict[int, Pending] = {}
        self._numbers = itertools.count(1)
        self._closing = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread that keeps the worker alive and reads its answers."""
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Close the worker's input, which ends it; kill it if that takes over a second."""
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
        """The worker, if it is there."""
        process = self._process
        return [] if process is None else [process.pid]

    def ask(self, question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
        """The answer to a question. Raises ApiError; 503 when the worker cannot be had."""
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
        """Wait for the answer and take it apart."""
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
        # What a reader's question brings about is no fault of the server's, and a pen on weights
        # that are not finite asks 60 times a second.
        level = logging.DEBUG if isinstance(refused, Conflict) else logging.ERROR
        log.log(level, "the %s worker refused: %s", self.name, error)
        raise refused

    def _unavailable(self) -> Unavailable:
        return Unavailable(*self.away)

    def _in_time(self, pending: Pending, seconds: float) -> bool:
        """Whether an answer comes within ``seconds``; a worker's start has its own limit."""
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
        """Kill a worker that does not answer; the keeper starts the next one."""
        process = self._process
        if process is not None and process.poll() is None:
            log.error("the %s worker hangs and is started again", self.name)
            signal_group(process.pid, SIGKILL)

    def _send(self, pending: Pending) -> None:
        """Write a question, if there is a worker; else it is sent when there is (lock held)."""
        process = self._process
        if process is None or process.stdin is None:
            return
        pending.sent += 1
        with contextlib.suppress(OSError, ValueError):  # it died: the keeper sends again
            process.stdin.write(json.dumps(pending.question) + "\n")
            process.stdin.flush()

    def _keep(self) -> None:
        """Start the worker, read its answers to its end, and again, until closing."""
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                own = scratch.make(self._data_dir, self._scratch)
                process = self._spawn(own)
            except OSError:
                log.exception("the %s worker cannot be started", self.name)
                self._fail_all()
            else:
                self._read(process)
                process.wait()
                _close(process)
                scratch.remove(own)
                log.info("the %s worker ended with code %s", self.name, process.returncode)
            self._give_up_on_twice_sent()
            self._closing.wait(max(0.0, RESTART_SECONDS - (time.monotonic() - began)))
        self._fail_all()

    def _spawn(self, own: Path) -> subprocess.Popen[str]:
        """Start the worker, with a folder of its own for temporary files, and send it all that
        waits."""
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
            if self._closing.is_set():  # `stop` looked too early
                process.stdin.close()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        """Hand out answers until the worker closes its output."""
        assert process.stdout is not None
        for line in process.stdout:
            self._ready_at = self._ready_at or time.monotonic()
            logs.cut(self._log)
            try:
                answer = json.loads(line)
                pending = self._pending.get(answer["id"])
            except (ValueError, KeyError, TypeError):
                log.error("the %s worker said something that is not an answer", self.name)
                continue
            if pending is not None:
                pending.finish(answer)
        with self._lock:
            self._process, self._ready_at = None, None

    def _give_up_on_twice_sent(self) -> None:
        """Questions that two workers died of are not asked a third time."""
        with self._lock:
            for pending in self._pending.values():
                if pending.sent >= 2:
                    pending.finish({"raise": self._unavailable()})

    def _fail_all(self) -> None:
        with self._lock:
            for pending in self._pending.values():
                pending.finish({"raise": self._unavailable()})
