"""Questions to the predict worker, which is resident (``webapp.workers.keeper``).

While a prediction of a model is in flight, further drawings for the same model wait and then go
together as one question.
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
from webapp.workers.keeper import LONG_SECONDS, Keeper, Pending

COMMAND = (sys.executable, "-m", "webapp.ml.inference.predict_worker")
PREDICT_SECONDS = 30.0
"""The limit for a prediction, from when there is a worker that answers."""
MAX_IMAGES = 256
"""Images in one question."""
AWAY = _("The part of the server that predicts is not available now. Please try again.")


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


class _Batch:
    """Predictions of one model: at most one question in flight, the others gather."""

    def __init__(self) -> None:
        self.flying = False
        self.gathering: list[tuple[bytes, Pending]] = []


class PredictWorker(Keeper):
    """The predict worker's keeper. ``command`` is what it runs, with ``memory`` bytes at most."""

    name = "predict"
    away = ("predictor_unavailable", AWAY)

    def __init__(
        self, data_dir: Path, memory: int | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        super().__init__(data_dir, memory, command)
        self._batches: dict[str, _Batch] = {}

    def predict(self, model: dict[str, Any], image: bytes) -> list[float]:
        """Ten probabilities for an image of 784 bytes. Raises ApiError."""
        mine = Pending({})
        with self._lock:
            batch = self._batches.setdefault(model["key"], _Batch())
            batch.gathering.append((image, mine))
            first = not batch.flying
            batch.flying = True
        if first:
            self._fly(model, batch)
        answer = self.await_answer(mine, PREDICT_SECONDS)
        probabilities: list[float] = answer["probabilities"]
        return probabilities

    def _shares(self, model: dict[str, Any], images: list[bytes]) -> list[dict[str, Any]]:
        """An answer for each image; whatever goes wrong is one too, or the model's drawings
        would wait for ever."""
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
        shares = self._shares(model, [image for image, _one in load])
        for (_image, pending), share in zip(load, shares, strict=True):
            pending.finish(share)
        with self._lock:
            more = bool(batch.gathering)
            if not more:
                batch.flying = False
                self._batches.pop(model["key"], None)
        if more:
            threading.Thread(target=self._fly, args=(model, batch), daemon=True).start()
