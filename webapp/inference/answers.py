"""Answers from the predict worker: a digit, an evaluation, a model file."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from blinker import Signal
from flask import Flask

from webapp.errors import ApiError
from webapp.inference import drawings
from webapp.inference.decoding import DECODING
from webapp.runs import evaluations, exports, queries, results
from webapp.runs.signals import send_signal
from webapp.runs.weights import Chosen, Weights, waiting
from webapp.runs.weights import of as weights_of
from webapp.security.owners import current_client
from webapp.security.places import Places
from webapp.services import Service
from webapp.workers.keeper import LONG_SECONDS
from webapp.workers.predictor import PREDICTOR

if TYPE_CHECKING:
    from webapp import ink

predicted = Signal()
"""``predicted(app, seconds=…)``: a drawing was answered, after this time."""

LOOK_SECONDS = 60.0
"""The time limit for a look inside, including the compiling of its network."""

NOT_FINITE = "not_finite"
"""The worker's code for weights without finite answers (``webapp/ml/process/failure.py``)."""

T = TypeVar("T")


@dataclass(frozen=True)
class Slots:
    """The slots for questions that take longer than a drawing."""

    looks: Places
    others: Places


SLOTS: Service[Slots] = Service("slots")

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register slots for questions that take longer than a drawing.

    The worker answers one question of a kind after the other, in the order of their arrival; the
    slots share it fairly among clients. The next look is sent when one ends, so that answers to the
    pen do not pause.
    """
    SLOTS.provide(app, Slots(looks=Places(2), others=Places(1)))


def in_turn(question: dict[str, Any], seconds: float = LONG_SECONDS) -> dict[str, Any]:
    """Return the predict worker's answer to a slow question, when it is the client's turn.

    Raises ApiError; TooManyRequests when too many questions of the same client wait.
    """
    looks = question["ask"] == "look"
    slots = SLOTS.get()
    places = slots.looks if looks else slots.others
    with places.of(current_client()):
        return PREDICTOR.get().ask(question, seconds)


def _picture(body: dict[str, Any]) -> ink.Picture:
    """Return the drawing in a request. Raises as ``drawings.picture`` and ``Decoding.picture``."""
    return drawings.picture(body, DECODING.get().picture)


def predict(run_id: str, body: dict[str, Any], chosen: Chosen = "newest") -> dict[str, Any]:
    """Return what the run's chosen weights see in the drawing.

    ``{"digit", "probabilities", "input", "epoch", "ms"}``. Raises NotFound, Conflict while the run
    waits or when its weights are not finite, InvalidInput, TooLarge, TooManyRequests when too many
    images wait, Unavailable.
    """
    began = time.perf_counter()
    if weights_of(run_id, chosen).status == "queued":
        raise waiting()
    drawn = _picture(body)
    image = drawn.tobytes()
    weights, probabilities = _with_weights(
        run_id, chosen, lambda weights: PREDICTOR.get().predict(weights.as_model(), image)
    )
    seconds = time.perf_counter() - began
    send_signal(predicted, seconds=seconds)
    return {
        "digit": max(range(len(probabilities)), key=probabilities.__getitem__),
        "probabilities": probabilities,
        "input": drawn.tolist(),
        "epoch": weights.epoch,
        "ms": round(seconds * 1000, 2),
    }


def look(run_id: str, body: dict[str, Any], chosen: Chosen = "newest") -> dict[str, Any]:
    """Return what happens in the run's network, with the chosen weights, for the drawing.

    ``{"digit", "probabilities", "layers", "saliency", "input", "epoch", "ms"}``. Raises as
    ``predict``.
    """
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
    """Return the chosen weights and the answer of ``ask`` about them.

    If these were deleted meanwhile, ask again with others. Raises as ``weights.of`` and ``ask``.
    """
    weights = weights_of(run_id, chosen)
    try:
        return weights, ask(weights)
    except ApiError:
        if weights.path.exists():
            raise
    weights = weights_of(run_id, chosen)
    return weights, ask(weights)


def evaluation(run_id: str, chosen: Chosen = "newest") -> dict[str, Any]:
    """Return the evaluation of the chosen weights on the test set, computed once, with their
    ``epoch``.

    Raises NotFound, Conflict while there is no model, Unavailable, and ApiError ``not_finite`` when
    the weights give no finite answers; for the newest, the run's summary then says so, too.
    """
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
    """Evaluate an imported run and store its ``test``. Raises as ``evaluation``."""
    weights, answer = _with_weights(run_id, "newest", _evaluation)
    evaluations.fill_test(weights, answer["loss"], answer["accuracy"])


def noisy(dataset: dict[str, Any], indices: list[int]) -> dict[str, Any]:
    """Return ``{"pixels"}``: test images with the noise of a ``dataset`` configuration. Raises
    ApiError.

    784 bytes each, base64; values outside the range are clipped.
    """
    return in_turn({"ask": "test_images", "dataset": dataset, "indices": indices})


def test_before_stop(run_id: str) -> None:
    """Evaluate a run without a worker before it is stopped, for no worker will.

    Without an answer it is stopped all the same; its test can be requested later.
    """
    run = queries.get(run_id)
    if run["status"] == "paused" or (run["status"] == "queued" and run["attempt"] > 0):
        try:
            tested = evaluation(run_id)
        except ApiError as error:
            log.warning("Stopping run %s without an evaluation: %s", run_id, error)
        else:
            results.report_before_stop(run_id, tested["loss"], tested["accuracy"])


def exported(
    run_id: str, format_name: str, hand_out: Callable[[Path], T], chosen: Chosen = "newest"
) -> tuple[T, Weights]:
    """Return what ``hand_out`` makes of the run's model file in a format, and its weights.

    The file is created if it is missing; it exists until ``hand_out``, which opens it, ends. Raises
    as ``evaluation``.
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
