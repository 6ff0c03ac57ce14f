"""Controls a run: pause, resume, step, stop, extend, change the learning rate.

Commands are stored in the run's row and delivered with the answer to the worker's next report
(``commands``). Without a worker they take effect at once.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from webapp.database import RunRow
from webapp.errors import Conflict, FieldProblem, InvalidInput
from webapp.runs import bounds, results
from webapp.runs.changes import Change, changing
from webapp.runs.clock import forget_pace, now
from webapp.runs.queries import get, is_over, newest_checkpoint
from webapp.schemas.config import MAX_EPOCHS
from webapp.schemas.statuses import BUSY, COMPLETED
from webapp.schemas.worker import Commands

FIRST = 0
"""``queued_at`` of a run that resumes before all others: its worker has died."""


def commands(row: RunRow) -> Commands:
    """Return the commands for the run's worker."""
    return Commands(
        stop=row.stop_requested_at is not None or row.status not in BUSY,
        pause=row.pause_requested_at is not None,
        pause_after_epoch=row.pause_after_epoch,
        learning_rate=row.learning_rate,
        learning_rate_change=row.learning_rate_change,
    )


def stop(run_id: str) -> dict[str, Any]:
    """Stop the run, at once if it has no worker, else soon; return the summary.

    Raises NotFound, and Conflict when the run is over.
    """
    with changing(run_id) as change:
        row = change.row
        if is_over(row):
            raise Conflict("wrong_state", gettext("This run has already ended."))
        if row.status in BUSY:
            row.stop_requested_at = row.stop_requested_at or now()
        else:
            change.set_status("stopped")
    return get(run_id)


def pause(run_id: str) -> dict[str, Any]:
    """Pause the run: soon while a worker trains it, at once while it waits to resume.

    Raises NotFound, and Conflict when there is nothing to pause.
    """
    with changing(run_id) as change:
        row = change.row
        if row.status in BUSY and row.stop_requested_at is None:
            row.pause_requested_at = row.pause_requested_at or now()
        elif row.status == "queued" and row.attempt > 0:
            set_paused(change)
        elif row.status == "queued":
            raise Conflict("wrong_state", gettext("This run is still waiting in the queue."))
        else:
            raise Conflict("wrong_state", gettext("This run is not training."))
    return get(run_id)


def resume(run_id: str) -> dict[str, Any]:
    """Queue a paused run, to resume where it was. Raises NotFound, Conflict, TooManyRequests."""
    with changing(run_id) as change:
        _must_be_paused(change.row)
        _queue_again(change)
    return get(run_id)


def step(run_id: str) -> dict[str, Any]:
    """Queue a paused run up to the end of its next epoch. Raises as ``resume``."""
    with changing(run_id) as change:
        _must_be_paused(change.row)
        change.row.pause_after_epoch = change.row.epoch + 1
        _queue_again(change)
    return get(run_id)


def _must_be_paused(row: RunRow) -> None:
    if row.status != "paused":
        raise Conflict("wrong_state", gettext("This run is not paused."))


def extend(run_id: str, epochs: int) -> dict[str, Any]:
    """Queue a finished or stopped run for more epochs.

    Raises as ``resume``, and InvalidInput for more epochs than a run may have.
    """
    with changing(run_id) as change:
        row = change.row
        if row.status not in COMPLETED:
            raise Conflict("wrong_state", gettext("Only a run that has ended can be extended."))
        if newest_checkpoint(change.session, row) is None:
            raise Conflict("wrong_state", gettext("This run has no model yet."))
        total = row.epoch + epochs
        if total > MAX_EPOCHS:
            raise _too_many(MAX_EPOCHS - row.epoch)
        row.epochs = total
        row.config = {**row.config, "fit": {**row.config["fit"], "epochs": total}}
        row.extended_from = row.epoch
        row.ended_at = None
        row.stop_requested_at = row.pause_requested_at = row.pause_after_epoch = None
        _queue_again(change)
    return get(run_id)


def _too_many(left: int) -> InvalidInput:
    message = gettext("must be at most %(left)s: a run has at most %(most)s epochs",
                      left=left, most=MAX_EPOCHS)  # fmt: skip
    return InvalidInput(
        "invalid_input", gettext("1 problem in the request"), [FieldProblem("epochs", message)]
    )


def change_learning_rate(run_id: str, learning_rate: float) -> dict[str, Any]:
    """Train on with another learning rate, from the next batch on.

    Raises NotFound, and Conflict unless the run trains or will train.
    """
    with changing(run_id) as change:
        row = change.row
        if is_over(row) or row.attempt == 0:
            raise Conflict("wrong_state", gettext("This run is not training."))
        row.learning_rate = learning_rate
        row.learning_rate_change += 1
    return get(run_id)


def set_paused(change: Change) -> None:
    """Set the run to paused and clear the request."""
    row = change.row
    row.pause_requested_at = row.pause_after_epoch = None
    forget_pace(row)
    change.set_status("paused")


def _queue_again(change: Change) -> None:
    """Queue the run again on request. Raises TooManyRequests when too many wait."""
    bounds.check_queued(change.session, change.row.owner)
    requeue(change)


def requeue(change: Change, message: str = "", *, first: bool = False) -> None:
    """Queue the run for a worker (again)."""
    change.row.queued_at = FIRST if first else now()
    forget_pace(change.row)
    results.forget(change)
    change.set_status("queued", message, change.row.epoch)
