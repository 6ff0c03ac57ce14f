"""Routes: views of what a run's network has learned, and the coach's findings."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from webapp.coach.answer import coach_run
from webapp.errors import NotFound
from webapp.inference import insights
from webapp.runs import weights
from webapp.schemas.insights import VIEWS
from webapp.web.api import query

bp = Blueprint("insights", __name__, url_prefix="/api/runs/<run_id>/insights")
coach_bp = Blueprint("coach", __name__, url_prefix="/api/runs/<run_id>/coach")


@bp.get("/<view>")
def get_view(run_id: str, view: str) -> ResponseReturnValue:
    """Return a view of a checkpoint; 202 while it is being computed: ask again."""
    if view not in VIEWS:
        raise NotFound
    arguments = query.read(VIEWS[view], "epoch")
    seen = insights.view(weights.of(run_id, query.epoch()), view, arguments)
    if seen is None:
        return jsonify({"computing": True}), 202, {"Retry-After": "1"}
    return Response(seen, mimetype="application/json")


@coach_bp.get("")
def get_coach(run_id: str) -> ResponseReturnValue:
    """Return what is wrong with the run and what to try; ask again until complete."""
    return jsonify(coach_run(run_id))
