"""What the coach says of a run."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from webapp.coach import answer

bp = Blueprint("coach", __name__, url_prefix="/api/runs/<run_id>/coach")


@bp.get("")
def get_coach(run_id: str) -> ResponseReturnValue:
    """What is wrong with the run and what to try, first causes first; ask again until complete."""
    return jsonify(answer.coached(run_id))
