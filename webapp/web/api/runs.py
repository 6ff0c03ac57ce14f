"""Routes: create, list, change, control and delete runs, and read their events."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.configuration.checking import check
from webapp.datasets import catalogue
from webapp.inference import answers, untested
from webapp.runs import checkpoints, control, curves, lifecycle, lists, names, queries, removal
from webapp.schemas.config import MAX_EPOCHS, MoreEpochs, RunChanges, RunsToDelete
from webapp.schemas.events import EVENT_TYPES, MAX_SEQ
from webapp.schemas.marks import N_
from webapp.schemas.problems import Fault
from webapp.security.owners import maker, reader
from webapp.web.api import invalid, listing, query, read_body, read_json
from webapp.web.api.bounds import MAX_EVENTS, MAX_PAGE, MIN_POINTS

bp = Blueprint("runs", __name__, url_prefix="/api/runs")


@bp.post("")
def create_run() -> ResponseReturnValue:
    """Queue a run of a configuration; `from`: the run it was taken from, for a name it lacks."""
    query.only("from")
    checked = check(read_body(), current_app.config["WORKER_MEMORY"], _missing)
    run = lifecycle.create(checked.config, checked.params, maker(), request.args.get("from"))
    return jsonify(run), 201, {"Location": url_for("runs.get_run", run_id=run["id"])}


def _missing(dataset: str) -> str | None:
    """Why no run can learn from the dataset now, as a msgid; None: one can."""
    return catalogue.look_for(dataset, current_app.config["SETTINGS"]).missing


@bp.get("")
def list_runs() -> ResponseReturnValue:
    """Return runs, newest first or as requested, and the cursor of the next page."""
    wanted, cursor = listing.asked()
    limit = query.whole("limit", 50, 1, MAX_PAGE)
    before = request.args.get("before")
    try:
        runs, following = lists.page(wanted, limit, owner=reader(), cursor=cursor, before=before)
    except KeyError:
        raise query.invalid([("before", gettext("There is no such run."))]) from None
    return jsonify(runs=runs, next=following)


@bp.get("/<run_id>")
def get_run(run_id: str) -> ResponseReturnValue:
    """Return the run."""
    run = queries.get(run_id)
    untested.UNTESTED.get().look(run)
    return jsonify(run)


@bp.post("/<run_id>/duplicate")
def duplicate_run(run_id: str) -> ResponseReturnValue:
    """Return the run's configuration with a fresh name."""
    query.only()
    return jsonify(config=names.duplicate(run_id))


@bp.patch("/<run_id>")
def change_run(run_id: str) -> ResponseReturnValue:
    """Rename the run, or change its learning rate while it trains."""
    changes = read_json(RunChanges)
    given = changes.model_fields_set
    if not given:
        raise invalid([Fault("name", N_("is missing"))])
    if "learning_rate" in given:
        run = control.change_learning_rate(run_id, changes.learning_rate)
    if "name" in given:
        run = lifecycle.rename(run_id, changes.name)
    return jsonify(run)


@bp.delete("/<run_id>")
def delete_run(run_id: str) -> ResponseReturnValue:
    """Delete the run and its files."""
    lifecycle.delete(run_id)
    return Response(status=204)


@bp.post("/delete")
def delete_runs() -> ResponseReturnValue:
    """Delete several runs and their files; answer which were deleted, and why others were not."""
    deleted, kept = removal.delete_several(read_json(RunsToDelete).runs)
    reasons = [
        {"id": run_id, "code": error.code, "message": str(error.message)}
        for run_id, error in kept.items()
    ]
    return jsonify(deleted=deleted, kept=reasons)


@bp.post("/<run_id>/stop")
def stop_run(run_id: str) -> ResponseReturnValue:
    """Stop the run; it keeps its model."""
    answers.test_before_stop(run_id)
    return jsonify(control.stop(run_id)), 202


@bp.post("/<run_id>/pause")
def pause_run(run_id: str) -> ResponseReturnValue:
    """Pause the run; its worker stores a checkpoint and exits."""
    return jsonify(control.pause(run_id)), 202


@bp.post("/<run_id>/resume")
def resume_run(run_id: str) -> ResponseReturnValue:
    """Resume a paused run, as soon as a slot is free."""
    return jsonify(control.resume(run_id)), 202


@bp.post("/<run_id>/step")
def step_run(run_id: str) -> ResponseReturnValue:
    """Train a paused run to the end of its next epoch."""
    return jsonify(control.step(run_id)), 202


@bp.post("/<run_id>/extend")
def extend_run(run_id: str) -> ResponseReturnValue:
    """Train a run that has ended for more epochs."""
    return jsonify(control.extend(run_id, read_json(MoreEpochs).epochs)), 202


@bp.get("/<run_id>/events")
def list_events(run_id: str) -> ResponseReturnValue:
    """Return the run's events after a given one, in order; all of them, or some types."""
    query.only("after", "limit", "type")
    after = query.whole("after", 0, 0, MAX_SEQ)
    limit = query.whole("limit", queries.EVENTS_AT_ONCE, 1, MAX_EVENTS)
    types = query.among("type", EVENT_TYPES)
    events, last_seq = queries.events_after(run_id, after, limit, types)
    return jsonify(events=events, last_seq=last_seq)


@bp.get("/<run_id>/checkpoints")
def list_checkpoints(run_id: str) -> ResponseReturnValue:
    """Return the epochs whose weights are kept; `epoch` of other addresses chooses one."""
    query.only()
    return jsonify(checkpoints=checkpoints.kept(run_id))


@bp.get("/<run_id>/curve")
def get_curve(run_id: str) -> ResponseReturnValue:
    """Return the run's epochs as columns and its batch points thinned for drawing."""
    query.only("most")
    most = query.whole("most", MAX_EPOCHS, MIN_POINTS, MAX_EPOCHS)
    curve = curves.curve(run_id, most)
    untested.UNTESTED.get().look(curve["run"])
    return jsonify(curve)
