"""Answers that the predict worker gives: a digit, an evaluation, a model file."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from blinker import Signal
from flask import Flask

from webapp.errors import ApiError
from webapp.inference import drawings
from webapp.inference.decoding import Decoding
from webapp.runs import evaluations, exports, queries, results
from webapp.runs.signals import tell
from webapp.runs.weights import Chosen, Weights, waiting
from webapp.runs.weights import of as weights_of
from webapp.security.owners import asker
from webapp.security.places import Places
from webapp.services import services
from webapp.workers.keeper import LONG_SECONDS
from webapp.workers.predictor import Predictor

if TYPE_CHECKING:
    from webapp import ink

predicted = Signal()
"""``predicted(app, seconds=…)``: a drawing was answered, after so long."""

LOOK_SECONDS = 60.0
"""The limit for a look inside, the compiling of its network included."""

NOT_FINITE = "not_finite"
"""The worker's code for weights that give no answers (``webapp/ml/process/failure.py``)."""

T = TypeVar("T")
log = logging.getLogger(__name__)


def predictor() -> Predictor:
    """The predictor of the current application."""
    return services().predictor


def init_app(app: Flask) -> None:
    """Give the application places for questions that take longer than a drawing. The worker answers
    one of a kind after the other, in the order in which they come to it; this keeps it fair. The
    next look is there when one ends, so that the pen's answers do not pause."""
    services(app).looks, services(app).long_questions = Places(2), Places(1)


def in_turn(question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
    """The predict worker's answer to a question that is no drawing to predict, in its turn.

    Raises ApiError; TooManyRequests where too many questions of the same client wait.
    """
    looks = question["ask"] == "look"
    places = services().looks if looks else services().long_questions
    with places.of(asker()):
        return predictor().ask(question, seconds)


def decoding() -> Decoding:
    """What decodes images for the current application."""
    return services().decoding


def _picture(body: dict[str, Any]) -> ink.Picture:
    """The drawing in a question. Raises InvalidInput, TooLarge, TooManyRequests, Unavailable."""
    return drawings.picture(body, decoding().picture)


def predict(run_id: str, body: dict[str, Any], chosen: Chosen = "newest") -> dict[str, Any]:
    """What the run's chosen weights see in the drawing.

    ``{"digit", "probabilities", "input", "epoch", "ms"}``. Raises NotFound, Conflict while the
    run waits or where its weights are not finite, InvalidInput, TooLarge, TooManyRequests where
    too many images wait, Unavailable.
    """
    began = time.perf_counter()
    if weights_of(run_id, chosen).status == "queued":
        raise waiting()
    drawn = _picture(body)
    image = drawn.tobytes()
    weights, probabilities = _with_weights(
        run_id, chosen, lambda weights: predictor().predict(weights.as_model(), image)
    )
    seconds = time.perf_counter() - began
    tell(predicted, seconds=seconds)
    return {
        "digit": max(range(len(probabilities)), key=probabilities.__getitem__),
        "probabilities": probabilities,
        "input": drawn.tolist(),
        "epoch": weights.epoch,
        "ms": round(seconds * 1000, 2),
    }


def look(run_id: str, body: dict[str, Any], chosen: Chosen = "newest") -> dict[str, Any]:
    """What the drawing does inside the run's network with the chosen weights; raises as
    ``predict``. ``{"digit", "probabilities", "layers", "saliency", "input", "epoch", "ms"}``."""
    began = time.perf_counter()
    if weights_of(run_id, chosen).status == "queued":
        raise waiting()
    drawn = _picture(body)
    question = {"ask": "look", "image": base64.b64encode(drawn.tobytes()).decode("ascii")}
    weights, seen = _with_weights(
        run_id,
        chosen,
        lambda weights: in_turn({**question, "model": weights.as_model()}, LOOK_SECONDS),
    )
    ms = round((time.perf_counter() - began) * 1000, 2)
    return {**seen, "input": drawn.tolist(), "epoch": weights.epoch, "ms": ms}


def _with_weights(run_id: str, chosen: Chosen, ask: Callable[[Weights], T]) -> tuple[Weights, T]:
    """The chosen weights and what ``ask`` answers of them; asked again with others where these
    were tidied away meanwhile. Raises as ``weights.of`` and ``ask``."""
    weights = weights_of(run_id, chosen)
    try:
        return weights, ask(weights)
    except ApiError:
        if weights.path.exists():
            raise
    weights = weights_of(run_id, chosen)
    return weights, ask(weights)


def evaluation(run_id: str, chosen: Chosen = "newest") -> dict[str, Any]:
    """The whole evaluation of the chosen weights on the test set, computed once, with their
    ``epoch``. Raises NotFound, Conflict while there is no model, Unavailable, and ApiError
    ``not_finite`` where they give no answers; of the newest, the run's summary tells so then."""
    weights, answer = _with_weights(run_id, chosen, _evaluation)
    return {"epoch": weights.epoch, **answer}


def _evaluation(weights: Weights) -> dict[str, Any]:
    with evaluations.turn(weights):
        known = evaluations.known(weights)
        if known is not None:
            return known
        try:
            answer = in_turn({"ask": "evaluate", "model": weights.as_model()})
        except ApiError as error:
            if error.code == NOT_FINITE:
                evaluations.note_not_finite(weights)
            raise
        evaluations.remember(weights, answer)
        return answer


def test_imported(run_id: str) -> None:
    """Fill the ``test`` of a run that came in without one. Raises as ``evaluation``."""
    weights, answer = _with_weights(run_id, "newest", _evaluation)
    evaluations.fill_test(weights, answer["loss"], answer["accuracy"])


def noisy(dataset: dict[str, Any], indices: list[int]) -> dict[str, Any]:
    """``{"pixels"}``: test images under the noise of a ``dataset`` configuration. Raises ApiError.

    784 bytes each, base64; what lies beyond paper and ink is cut off.
    """
    return in_turn({"ask": "test_images", "dataset": dataset, "indices": indices})


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
            results.report_before_stop(run_id, tested["loss"], tested["accuracy"])


def exported(
    run_id: str, format_name: str, hand_out: Callable[[Path], T], chosen: Chosen = "newest"
) -> tuple[T, Weights]:
    """What ``hand_out`` makes of the file with the run's model in a format, and its weights.

    The file is made where it is not there; it is there until ``hand_out``, which opens it, ends.
    Raises as ``evaluation``.
    """
    weights, given = _with_weights(
        run_id, chosen, lambda weights: _exported(weights, format_name, hand_out)
    )
    return given, weights


def _exported(weights: Weights, format_name: str, hand_out: Callable[[Path], T]) -> T:
    with exports.turn(weights, format_name) as path:
        if not path.exists():
            with exports.making(path) as made:
                question = {"ask": "export", "format": format_name, "path": str(made)}
                in_turn({**question, "model": weights.as_model()})
        return hand_out(path)
