"""Sends questions to the predict worker, which is resident (``webapp.workers.keeper``).

While a prediction of a model is in flight, further drawings for the same model wait and then form
the next batch.
"""

from __future__ import annotations

import base64
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from flask_babel import lazy_gettext as _

from webapp.errors import ApiError, of_fault
from webapp.services import Service
from webapp.workers.keeper import LONG_SECONDS, Keeper, Pending

COMMAND = (sys.executable, "-m", "webapp.ml.inference.predict_worker")
PREDICT_SECONDS = 30.0
"""The time limit for a prediction, once there is a worker."""
MAX_IMAGES = 256
"""The most images in one batch."""
UNAVAILABLE = _("The server cannot predict right now. Please try again.")


class Predictor(Protocol):
    """The interface of the predict worker; ``model`` is ``Weights.as_model()``."""

    def start(self) -> None:
        """Start the worker in the background."""

    def stop(self) -> None:
        """End the worker; pending questions fail with ``predictor_unavailable``."""

    def pids(self) -> list[int]:
        """Return the processes that answer."""

    def predict(self, model: dict[str, Any], image: bytes) -> list[float]:
        """Return ten probabilities for an image of 784 bytes. Raises ApiError."""

    def ask(self, question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
        """Return the answer to another question (``ask`` and its arguments). Raises ApiError."""


PREDICTOR: Service[Predictor] = Service("predictor")


class _Batch:
    """Predictions of one model: at most one batch is in flight, later images wait in the next."""

    def __init__(self) -> None:
        self.in_flight = False
        self.gathering: list[tuple[bytes, Pending]] = []


class PredictWorker(Keeper):
    """Keeps the predict worker alive; ``command`` starts it, with ``memory`` bytes at most."""

    name = "predict"
    unavailable = ("predictor_unavailable", UNAVAILABLE)

    def __init__(
        self, data_dir: Path, memory: int | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        super().__init__(data_dir, memory, command)
        self._batches: dict[str, _Batch] = {}

    def predict(self, model: dict[str, Any], image: bytes) -> list[float]:
        """Return ten probabilities for an image of 784 bytes. Raises ApiError."""
        mine = Pending({})
        with self._lock:
            batch = self._batches.setdefault(model["key"], _Batch())
            batch.gathering.append((image, mine))
            first = not batch.in_flight
            batch.in_flight = True
        if first:
            self._send_batches(model, batch)
        answer = self.await_answer(mine, PREDICT_SECONDS)
        probabilities: list[float] = answer["probabilities"]
        return probabilities

    def _answers(self, model: dict[str, Any], images: list[bytes]) -> list[dict[str, Any]]:
        """Return an answer for each image, or an error for each: no caller may wait for ever."""
        sent = base64.b64encode(b"".join(images)).decode()
        try:
            answer = self.ask({"ask": "predict", "model": model, "images": sent}, PREDICT_SECONDS)
            probabilities = answer["probabilities"]
            if len(probabilities) != len(images):
                raise ValueError(f"{len(probabilities)} answers to {len(images)} images")
            return [{"ok": {"probabilities": one}} for one in probabilities]
        except Exception as error:
            failure = error if isinstance(error, ApiError) else of_fault(error)
            return [{"raise": failure}] * len(images)

    def _send_batches(self, model: dict[str, Any], batch: _Batch) -> None:
        """Send the batch, and then those that fill up meanwhile.

        The first caller sends the batch; images that arrive meanwhile go into the next one, which a
        thread sends, so that no caller waits for others' drawings.
        """
        time.sleep(0)  # lets callers of the same moment join this batch
        with self._lock:
            load, batch.gathering = batch.gathering[:MAX_IMAGES], batch.gathering[MAX_IMAGES:]
            if not load:
                batch.in_flight = False
                self._batches.pop(model["key"], None)
                return
        shares = self._answers(model, [image for image, _one in load])
        for (_image, pending), share in zip(load, shares, strict=True):
            pending.finish(share)
        with self._lock:
            more = bool(batch.gathering)
            if not more:
                batch.in_flight = False
                self._batches.pop(model["key"], None)
        if more:
            threading.Thread(target=self._send_batches, args=(model, batch), daemon=True).start()
