"""Runs: create, list, rename, stop, delete, and what happened to them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.api import query, read_body, read_json
from webapp.checking import check
from webapp.errors import Conflict
from webapp.runs import curves, lifecycle, queries
from webapp.schemas.config import NewName
from webapp.schemas.events import EVENT_TYPES

bp = Blueprint("runs", __name__, url_prefix="/api/runs")

MAX_PAGE = 500
MAX_EVENTS = 5000
MAX_EPOCHS = 10_000
MAX_SEQ = 2**53


@bp.post("")
def create_run() -> ResponseReturnValue:
    """Queue a run of a configuration."""
    checked = check(read_body())
    run = lifecycle.create(checked.config, checked.params)
    return jsonify(run), 201, {"Location": url_for("runs.get_run", run_id=run["id"])}


@bp.get("")
def list_runs() -> ResponseReturnValue:
    """Runs, newest first."""
    query.only("limit", "before")
    limit = query.whole("limit", 50, 1, MAX_PAGE)
    return jsonify(runs=queries.page(limit, query.run_before()))


@bp.get("/<run_id>")
def get_run(run_id: str) -> ResponseReturnValue:
    """The run."""
    return jsonify(queries.get(run_id))


@bp.patch("/<run_id>")
def change_run(run_id: str) -> ResponseReturnValue:
    """Give the run another name."""
    body = read_body()
    if isinstance(body, dict) and "learning_rate" in body:
        queries.get(run_id)
        message = gettext("The learning rate cannot be changed while a run trains yet.")
        raise Conflict("wrong_state", message)
    return jsonify(lifecycle.rename(run_id, read_json(NewName).name))


@bp.delete("/<run_id>")
def delete_run(run_id: str) -> ResponseReturnValue:
    """Remove the run and its files."""
    lifecycle.delete(run_id)
    return Response(status=204)


@bp.post("/<run_id>/stop")
def stop_run(run_id: str) -> ResponseReturnValue:
    """Stop the run; it keeps its model."""
    return jsonify(lifecycle.stop(run_id)), 202


@bp.get("/<run_id>/events")
def list_events(run_id: str) -> ResponseReturnValue:
    """What happened to the run after an event, in order; all of it, or some types."""
    query.only("after", "limit", "type")
    after = query.whole("after", 0, 0, MAX_SEQ)
    limit = query.whole("limit", queries.EVENTS_AT_ONCE, 1, MAX_EVENTS)
    types = query.among("type", EVENT_TYPES)
    events, last_seq = queries.events_after(run_id, after, limit, types)
    return jsonify(events=events, last_seq=last_seq)


@bp.get("/<run_id>/curve")
def get_curve(run_id: str) -> ResponseReturnValue:
    """The run's epochs as columns and its batch points thinned for drawing."""
    query.only("most")
    most = query.whole("most", MAX_EPOCHS, 2, MAX_EPOCHS)
    return jsonify(curves.curve(run_id, most))
