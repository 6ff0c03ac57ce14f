"""Answers that the predict worker gives: a digit, an evaluation, a model file."""

from __future__ import annotations

import base64
import logging
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from blinker import Signal
from flask import current_app

from webapp.drawings import picture
from webapp.errors import ApiError
from webapp.predictor import Predictor
from webapp.runs import checkpoints, control, files, queries
from webapp.runs.signals import tell
from webapp.runs.weights import Weights, newest, waiting

predicted = Signal()
"""``predicted(app, seconds=…)``: a drawing was answered, after so long."""

LOOK_SECONDS = 60.0
"""The limit for a look inside, the compiling of its network and the wait for others' included."""

T = TypeVar("T")
log = logging.getLogger(__name__)


def predictor() -> Predictor:
    """The predictor of the current application."""
    found: Predictor = current_app.extensions["inkling_predictor"]
    return found


def predict(run_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the run's newest weights see in the drawing.

    ``{"digit", "probabilities", "input", "epoch", "ms"}``. Raises NotFound, Conflict while the
    run waits, InvalidInput, TooLarge, Unavailable.
    """
    began = time.perf_counter()
    weights = _weights_to_predict(run_id)
    drawn = picture(body)
    image = drawn.tobytes()
    weights, probabilities = _asked(weights, lambda model: predictor().predict(model, image))
    seconds = time.perf_counter() - began
    tell(predicted, seconds=seconds)
    return {
        "digit": max(range(len(probabilities)), key=probabilities.__getitem__),
        "probabilities": probabilities,
        "input": drawn.tolist(),
        "epoch": weights.epoch,
        "ms": round(seconds * 1000, 2),
    }


def look(run_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the drawing does inside the run's newest network; raises as ``predict``.

    ``{"digit", "probabilities", "layers", "saliency", "input", "epoch", "ms"}``.
    """
    began = time.perf_counter()
    weights = _weights_to_predict(run_id)
    drawn = picture(body)
    question = {"ask": "look", "image": base64.b64encode(drawn.tobytes()).decode("ascii")}
    weights, seen = _asked(
        weights, lambda model: predictor().ask({**question, "model": model}, LOOK_SECONDS)
    )
    ms = round((time.perf_counter() - began) * 1000, 2)
    return {**seen, "input": drawn.tolist(), "epoch": weights.epoch, "ms": ms}


def _asked(weights: Weights, ask: Callable[[dict[str, Any]], T]) -> tuple[Weights, T]:
    """The answer of these weights, or of newer ones if they are gone; and whose it is."""
    try:
        return weights, ask(weights.as_model())
    except ApiError:
        if weights.path.exists():
            raise
        weights = newest(weights.run_id)  # its epoch was tidied away while it was asked
        return weights, ask(weights.as_model())


def _weights_to_predict(run_id: str) -> Weights:
    """The newest weights, but for a run that waits (again) in the queue."""
    weights = newest(run_id)
    if weights.status == "queued":
        raise waiting()
    return weights


def evaluation(run_id: str) -> dict[str, Any]:
    """The whole evaluation of the newest weights on the test set, computed once.

    Raises NotFound, Conflict while there is no model, Unavailable.
    """
    weights = newest(run_id)
    known = checkpoints.known_evaluation(weights)
    if known is not None:
        return known
    answer = predictor().ask({"ask": "evaluate", "model": weights.as_model()})
    checkpoints.remember_evaluation(weights, answer)
    return answer


def test_before_stop(run_id: str) -> None:
    """Test a run that no worker is at work on, which its stop would end without a test.

    Without an answer it is stopped all the same; its test can be asked for later.
    """
    run = queries.get(run_id)
    if run["status"] == "paused" or (run["status"] == "queued" and run["attempt"] > 0):
        try:
            tested = evaluation(run_id)
        except ApiError as error:
            log.warning("run %s is stopped without a test: %s", run_id, error)
        else:
            control.note_test(run_id, tested["loss"], tested["accuracy"])


def exported(run_id: str, format_name: str) -> tuple[Path, str]:
    """A file with the run's model in a format, and the run's name; made anew when it is old.

    Raises as ``evaluation``.
    """
    weights = newest(run_id)
    path = files.run_dir(run_id) / "exports" / f"{weights.key}.{format_name}"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.remove(path.parent.glob(f"*.{format_name}"))
        made = path.with_name(f".{secrets.token_hex(4)}.{format_name}")
        question = {"ask": "export", "format": format_name, "path": str(made)}
        try:
            predictor().ask({**question, "model": weights.as_model()})
            os.replace(made, path)
        finally:
            made.unlink(missing_ok=True)
    return path, str(weights.config["name"])
