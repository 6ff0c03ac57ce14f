"""Questions to the predict worker: one resident process that speaks JSON lines.

Any thread or greenlet may ask. One thread reads the answers. While a prediction of a model is in
flight, further drawings for the same model wait and then go together as one question. When the
worker dies it is started again, and what it owed is asked once more; a question that takes too
long ends the worker, for it hangs.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import Any, Protocol

from flask_babel import lazy_gettext as _

from webapp.errors import ApiError, InternalError, Unavailable
from webapp.launchers import limits, logs
from webapp.launchers.processes import ROOT, signal_group, worker_environment

COMMAND = (sys.executable, "-m", "webapp.ml.predict_worker")
START_SECONDS = 120.0
"""The limit for a worker's start: on a busy machine TensorFlow may take most of a minute."""
PREDICT_SECONDS = 30.0
"""The limit for a prediction, from when there is a worker that answers."""
LONG_SECONDS = 180.0
"""The limit for evaluations and exports."""
MAX_IMAGES = 256
"""Images in one question."""
LOOK_SECONDS = 0.5
"""How often a waiting question looks whether its worker has started."""
READY = json.dumps({"id": 0, "ask": "ready"}) + "\n"
"""A worker's first question; whatever it says first, it has started."""
RESTART_SECONDS = 1.0
"""The least time between two starts: a worker that cannot start must not take the CPU."""

log = logging.getLogger(__name__)


class Predictor(Protocol):
    """What the rest of the server needs of it; ``model`` is ``Weights.as_model()``."""

    def start(self) -> None:
        """Start the worker in the background."""

    def stop(self) -> None:
        """End the worker; whoever still waits gets ``predictor_unavailable``."""

    def pids(self) -> list[int]:
        """The processes that answer."""

    def predict(self, model: dict[str, Any], image: bytes) -> list[float]:
        """Ten probabilities for an image of 784 bytes. Raises ApiError."""

    def ask(self, question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
        """The answer to another question (``ask`` and its arguments). Raises ApiError."""


@dataclass
class _Pending:
    """One question on its way; ``images`` where it is a prediction, shared by its askers."""

    question: dict[str, Any]
    done: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] | None = None
    sent: int = 0

    def finish(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.done.set()


class _Batch:
    """Predictions of one model: at most one question in flight, the others gather."""

    def __init__(self) -> None:
        self.flying = False
        self.gathering: list[tuple[bytes, _Pending]] = []


def _close(process: subprocess.Popen[str]) -> None:
    """Close our ends of the pipes of a process that has ended."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):  # unsent questions cannot be flushed
                pipe.close()


def _unavailable() -> Unavailable:
    message = _("The part of the server that predicts is not available now. Please try again.")
    return Unavailable("predictor_unavailable", message)


class PredictWorker:
    """The predict worker's keeper. ``command`` is what it runs, with ``memory`` bytes at most."""

    def __init__(
        self, data_dir: Path, memory: int | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        self._data_dir = data_dir
        self._memory = memory
        self._log = data_dir / "logs" / "predict.log"
        self._command = list(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ready_at: float | None = None
        self._pending: dict[int, _Pending] = {}
        self._batches: dict[str, _Batch] = {}
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

    def predict(self, model: dict[str, Any], image: bytes) -> list[float]:
        """Ten probabilities for an image of 784 bytes. Raises ApiError."""
        mine = _Pending({})
        with self._lock:
            batch = self._batches.setdefault(model["key"], _Batch())
            batch.gathering.append((image, mine))
            first = not batch.flying
            batch.flying = True
        if first:
            self._fly(model, batch)
        answer = self._await(mine, PREDICT_SECONDS)
        probabilities: list[float] = answer["probabilities"]
        return probabilities

    def _fly(self, model: dict[str, Any], batch: _Batch) -> None:
        """Ask for what has gathered, and again until nothing gathers; then land.

        The first asker flies its own image; what gathers meanwhile is flown by a thread, so
        that nobody waits for others' drawings.
        """
        time.sleep(0)  # who has come at the same moment comes along
        with self._lock:
            load, batch.gathering = batch.gathering[:MAX_IMAGES], batch.gathering[MAX_IMAGES:]
            if not load:
                batch.flying = False
                self._batches.pop(model["key"], None)
                return
        images = base64.b64encode(b"".join(image for image, _one in load)).decode()
        question = {"ask": "predict", "model": model, "images": images}
        try:
            answer = self.ask(question, PREDICT_SECONDS)
            shares: list[dict[str, Any]] = [
                {"ok": {"probabilities": one}} for one in answer["probabilities"]
            ]
        except ApiError as error:
            shares = [{"raise": error}] * len(load)
        for (_image, pending), share in zip(load, shares, strict=True):
            pending.finish(share)
        with self._lock:
            more = bool(batch.gathering)
            if not more:
                batch.flying = False
                self._batches.pop(model["key"], None)
        if more:
            threading.Thread(target=self._fly, args=(model, batch), daemon=True).start()

    def ask(self, question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
        """The answer to a question. Raises ApiError; 503 when the worker cannot be had."""
        if self._keeper is None or self._closing.is_set():
            raise _unavailable()
        number = next(self._numbers)
        pending = _Pending({"id": number, **question})
        with self._lock:
            self._pending[number] = pending
            self._send(pending)
        try:
            return self._await(pending, seconds)
        finally:
            with self._lock:
                self._pending.pop(number, None)

    def _await(self, pending: _Pending, seconds: float) -> dict[str, Any]:
        """Wait for the answer and take it apart."""
        if not self._in_time(pending, seconds):
            if pending.question:
                self._end_hung()
            raise _unavailable()
        answer = pending.answer or {}
        if "raise" in answer:
            raise answer["raise"]
        if "ok" in answer:
            ok: dict[str, Any] = answer["ok"]
            return ok
        error = answer.get("error") or {}
        log.error("the predict worker refused: %s", error)
        raise InternalError("prediction_failed", error.get("message"))

    def _in_time(self, pending: _Pending, seconds: float) -> bool:
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
            log.error("the predict worker hangs and is started again")
            signal_group(process.pid, SIGKILL)

    def _send(self, pending: _Pending) -> None:
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
                process = self._spawn()
            except OSError:
                log.exception("the predict worker cannot be started")
                self._fail_all()
            else:
                self._read(process)
                process.wait()
                _close(process)
                log.info("the predict worker ended with code %s", process.returncode)
            self._give_up_on_twice_sent()
            self._closing.wait(max(0.0, RESTART_SECONDS - (time.monotonic() - began)))
        self._fail_all()

    def _spawn(self) -> subprocess.Popen[str]:
        """Start the worker and send it all that waits."""
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
                env=worker_environment(os.environ, self._data_dir),
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
                log.error("the predict worker said something that is not an answer")
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
                    pending.finish({"raise": _unavailable()})

    def _fail_all(self) -> None:
        with self._lock:
            for pending in self._pending.values():
                pending.finish({"raise": _unavailable()})
