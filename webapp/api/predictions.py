"""What a run's network sees in a drawing, and how it does on the test set."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from webapp import answers
from webapp.api import query, read_object

bp = Blueprint("predictions", __name__, url_prefix="/api/runs/<run_id>")


@bp.post("/predict")
def predict(run_id: str) -> ResponseReturnValue:
    """Ten probabilities for strokes, an image or pixels."""
    query.only("epoch")
    return jsonify(answers.predict(run_id, read_object(), query.epoch()))


@bp.post("/look")
def look(run_id: str) -> ResponseReturnValue:
    """What every layer gives for a drawing, and which pixels spoke for the answer."""
    query.only("epoch")
    return jsonify(answers.look(run_id, read_object(), query.epoch()))


@bp.get("/evaluation")
def get_evaluation(run_id: str) -> ResponseReturnValue:
    """Loss, accuracy, confusion and scores per digit on the test set."""
    query.only("epoch")
    return jsonify(answers.evaluation(run_id, query.epoch()))
