"""Routes: what a run's network sees in a drawing, and how it does on the test set."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.datasets import browse
from webapp.inference import answers
from webapp.runs import queries, weights
from webapp.runs.weights import Chosen
from webapp.web.api import query, read_object
from webapp.web.api.bounds import MAX_DIGITS

bp = Blueprint("predictions", __name__, url_prefix="/api/runs/<run_id>")


@bp.post("/predict")
def predict(run_id: str) -> ResponseReturnValue:
    """Return ten probabilities for strokes, an image or pixels."""
    chosen = _chosen(run_id)
    return jsonify(answers.predict(run_id, read_object(), chosen))


@bp.post("/look")
def look(run_id: str) -> ResponseReturnValue:
    """Return what every layer outputs for a drawing, and which pixels spoke for the answer."""
    chosen = _chosen(run_id)
    return jsonify(answers.look(run_id, read_object(), chosen))


def _chosen(run_id: str) -> Chosen:
    """Return the requested weights, if they exist: before a drawing is read."""
    query.only("epoch")
    chosen = query.epoch()
    weights.of(run_id, chosen)
    return chosen


@bp.get("/evaluation")
def get_evaluation(run_id: str) -> ResponseReturnValue:
    """Return loss, accuracy, confusion and scores per digit on the test set."""
    query.only("epoch")
    return jsonify(answers.evaluation(run_id, query.epoch()))


@bp.get("/test-digits")
def list_test_digits(run_id: str) -> ResponseReturnValue:
    """Return chosen digits of the test part as the run's network sees them, with noise."""
    query.only("indices")
    indices = query.wholes("indices", MAX_DIGITS)
    dataset = queries.get(run_id)["config"]["dataset"]
    try:
        seen = browse.chosen(dataset["name"], current_app.config["SETTINGS"], "test", indices)
    except IndexError:
        raise query.invalid([("indices", gettext("is after the last image"))]) from None
    if dataset["test_noise"]:
        seen |= answers.noisy(dataset, indices)
    return jsonify(seen)
