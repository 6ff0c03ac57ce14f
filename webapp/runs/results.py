"""The result of a run's test: who may set it, and when it no longer holds.

The train worker reports it at the end of a training. Where none trains, the predict worker
computes it: before a stop, or when somebody asks for the evaluation of the newest weights. A run
that trains on has none.
"""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa

from webapp.database import EventRow
from webapp.runs.changes import Change, changing
from webapp.schemas.events import EvaluationItem
from webapp.schemas.statuses import BUSY, RESTING, TERMINAL


def forget(change: Change) -> None:
    """Drop the result: the run trains on, or will."""
    change.row.test = None


def report(change: Change, item: EvaluationItem) -> None:
    """Set the result that the train worker reports. A worker that dies before it can report how
    the run ended leaves the test to the next one: a repeated test adds no second event."""
    _set(change, item.loss, item.accuracy)
    before = _newest_event(change)
    if before is None or not _agree(item, before):
        body = item.model_dump(mode="json", exclude=set() if item.diverged else {"diverged"})
        change.add_event(body)


def report_before_stop(run_id: str, loss: float | None, accuracy: float | None) -> None:
    """Set the result of a run that no worker is at work on, with an event. Raises NotFound."""
    with changing(run_id) as change:
        if change.row.status not in BUSY:
            _set(change, loss, accuracy)
            change.add_event({"type": "evaluation", "loss": loss, "accuracy": accuracy})


def fill(run_id: str, loss: float | None, accuracy: float | None) -> None:
    """Set the result of a run that has none and does not train on. Raises NotFound."""
    with changing(run_id) as change:
        if change.row.test is None and change.row.status in RESTING:
            _set(change, loss, accuracy)
            change.urgent = True


def _set(change: Change, loss: float | None, accuracy: float | None) -> None:
    change.row.test = {"loss": loss, "accuracy": accuracy}
    change.changed = True


def _newest_event(change: Change) -> dict[str, Any] | None:
    """The body of the newest evaluation, unless an epoch or an end of the run came after it."""
    kind, status = EventRow.body["type"].as_string(), EventRow.body["status"].as_string()
    query = (
        sa.select(EventRow.body)
        .where(EventRow.run == change.row.number)
        .where(kind.in_(("evaluation", "epoch")) | status.in_(TERMINAL))
        .order_by(EventRow.seq.desc())
        .limit(1)
    )
    body: dict[str, Any] | None = change.session.scalar(query)
    return body if body and body["type"] == "evaluation" else None


def _agree(item: EvaluationItem, before: dict[str, Any]) -> bool:
    """Whether both are of the same weights. Those of a stop within an epoch may have been lost with
    the worker, and older ones tested; sums may differ in their last digits between machines."""
    if item.accuracy != before["accuracy"] or (item.loss is None) != (before["loss"] is None):
        return False
    return item.loss is None or math.isclose(item.loss, before["loss"], rel_tol=1e-6)
