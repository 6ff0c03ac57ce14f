"""Stores what a worker reports: every item once, in order, with the run's next ``seq``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_never

import sqlalchemy as sa
from flask_babel import gettext

from webapp.background import offload
from webapp.database import CheckpointRow, EpochRow, RunRow, reading, writing
from webapp.errors import Conflict
from webapp.runs import attempts, checkpoints, files, keeping, recovery, results, weights
from webapp.runs.changes import Change
from webapp.runs.clock import measure_pace, now
from webapp.runs.control import commands, requeue, set_paused
from webapp.runs.curves import short
from webapp.runs.queries import newest_checkpoint
from webapp.schemas.events import (
    METRICS,
    BatchItem,
    EpochItem,
    EvaluationItem,
    StatusItem,
    WorkerItem,
)
from webapp.schemas.sentences import Sentence
from webapp.schemas.statuses import BUSY
from webapp.schemas.worker import Receipt, Report


def record(run_id: str, attempt: int, token: str, report: Report) -> Receipt:
    """Store the report's new items in one transaction with their n; renew the lease.

    Known items are acknowledged and ignored. Raises Conflict ``stale_attempt`` (also for something
    new of a run that is over) and ``checkpoint_missing``, Unauthorized for a wrong token.
    """
    if not report.items and (receipt := _answer_heartbeat(run_id, attempt, token)) is not None:
        return receipt
    dropped: list[Path] = []
    with writing() as (session, after):
        run, row = attempts.authorize(session, run_id, attempt, token)
        change = Change(session, run)
        for numbered in sorted(report.items, key=lambda item: item.n):
            if numbered.n <= row.received:
                continue
            if run.status not in BUSY:
                raise attempts.stale()
            _record_item(change, numbered.item, dropped)
            row.received = numbered.n
        row.lease_until = attempts.lease_end()
        after(lambda: weights.forget(run_id))
        for call in change.notifications():
            after(call)
        receipt = Receipt(n=row.received, commands=commands(run))
    if dropped:
        offload(files.drop_checkpoints, dropped)
    return receipt


def _answer_heartbeat(run_id: str, attempt: int, token: str) -> Receipt | None:
    """Return the answer to an empty report, unless the lease has to be written."""
    with reading() as session:
        run, row = attempts.authorize(session, run_id, attempt, token)
        if not attempts.renewed_lately(row):
            return None
        return Receipt(n=row.received, commands=commands(run))


def _record_item(change: Change, item: WorkerItem, dropped: list[Path]) -> None:
    """Record one item; ``dropped`` collects checkpoints that are no longer needed."""
    match item:
        case BatchItem():
            _record_batch(change, item)
        case EpochItem():
            _record_epoch(change, item, dropped)
        case EvaluationItem():
            results.report(change, item)
        case StatusItem():
            _record_status(change, item, dropped)
        case _:
            assert_never(item)


def _body(item: WorkerItem) -> dict[str, Any]:
    """Return the item as an event's body; ``diverged`` is included only if true."""
    body = item.model_dump(mode="json")
    if not body.get("diverged", True):
        del body["diverged"]
    return body


def _record_batch(change: Change, item: BatchItem) -> None:
    """Record a measurement within an epoch: an event and the progress, no new summary."""
    row = change.row
    row.progress = max(row.progress, item.epoch - 1 + item.step / item.steps)
    measure_pace(row)
    change.add_event(_body(item))


def _record_epoch(change: Change, item: EpochItem, dropped: list[Path]) -> None:
    """Record a complete epoch with its checkpoint.

    If the epoch is recorded already, only the checkpoint is new: the epoch was trained again
    because its first checkpoint was lost.
    """
    row = change.row
    if item.epoch > row.epoch + 1:
        raise Conflict("epoch_out_of_order", gettext("An epoch is missing before this one."))
    _register_checkpoint(change, item.epoch, 0, dropped)
    if item.epoch <= row.epoch:
        return
    row.epoch, row.progress, row.epoch_at = item.epoch, float(item.epoch), now()
    measure_pace(row)
    row.latest = {name: getattr(item, name) for name in METRICS}
    if not item.diverged:
        row.best = _better(row.best, {"epoch": item.epoch, **row.latest})
    change.add_event(_body(item))
    change.session.add(_columns(row.number, item))
    change.changed = True
    dropped += _prune(change)


def _columns(run: int, item: EpochItem) -> EpochRow:
    """Return the epoch for curves, rounded here so that reading thousands costs nothing."""
    measured = ("learning_rate", "seconds", *METRICS)
    numbers = {name: short(getattr(item, name)) for name in measured}
    return EpochRow(run=run, epoch=item.epoch, diverged=item.diverged, **numbers)


def _better(best: dict[str, Any] | None, epoch: dict[str, Any]) -> dict[str, Any] | None:
    """Return the one with the better validation accuracy, or accuracy without validation."""
    name = "accuracy" if epoch["val_accuracy"] is None else "val_accuracy"
    if epoch[name] is None or (best and best[name] is not None and best[name] >= epoch[name]):
        return best
    return epoch


def _register_checkpoint(change: Change, epoch: int, part: int, dropped: list[Path]) -> None:
    """Register the stored checkpoint of this attempt; the run has progressed."""
    run = change.row
    if not files.checkpoint_path(run.id, run.attempt, epoch, part).is_file():
        raise Conflict("checkpoint_missing", gettext("The checkpoint of this epoch is missing."))
    before = change.session.get(CheckpointRow, (run.number, epoch, part))
    if before is not None and before.attempt != run.attempt:
        dropped.append(_file(run, before))
    row = CheckpointRow(run=run.number, epoch=epoch, part=part, attempt=run.attempt)
    change.session.merge(row)
    run.deaths = 0


def _file(run: RunRow, row: CheckpointRow) -> Path:
    return files.checkpoint_path(run.id, row.attempt, row.epoch, row.part)


def _prune(change: Change) -> list[Path]:
    """Unregister checkpoints that ``keeping`` does not keep; return the files to remove."""
    run = change.row
    change.session.flush()
    query = sa.select(CheckpointRow).where(CheckpointRow.run == run.number)
    rows = {_file(run, row): row for row in change.session.scalars(query)}
    found = files.checkpoints(run.id)
    whole = {row.epoch: found[path] for path, row in rows.items() if path in found and not row.part}
    kept = keeping.kept(whole, *checkpoints.bounds(run))
    for path, row in list(rows.items()):
        if row.epoch not in kept or (row.part and row.epoch < run.epoch):
            change.session.delete(row)
            del rows[path]
    return [path for path in found if path not in rows and _is_left(run, path)]


def _is_left(run: RunRow, path: Path) -> bool:
    """Return whether an unregistered file is no longer needed.

    A checkpoint that a worker has sent and not yet reported is needed. (The file was unregistered
    now, or by a server that died before it removed it.)
    """
    attempt, epoch, _part = files.place_of(path)
    return attempt < run.attempt or epoch < run.epoch


def _record_status(change: Change, item: StatusItem, dropped: list[Path]) -> None:
    """Record that the worker starts to train or has ended; a checkpoint may precede it."""
    row = change.row
    if item.part:
        _register_checkpoint(change, item.epoch, item.part, dropped)
    match item.status:
        case "running":
            if item.from_epoch == 0 and newest_checkpoint(change.session, row) is None:
                _register_checkpoint(change, 0, 0, dropped)
            row.started_at = row.started_at or now()
            row.timed_from, row.from_epoch = now(), item.from_epoch
            change.set_status("running", item.message, item.from_epoch)
        case "paused":
            set_paused(change)
        case "queued":
            requeue(change, item.message, first=True)
        case "finished" | "stopped" | "failed":
            _record_end(change, item)
            dropped += _prune(change)


def _record_end(change: Change, item: StatusItem) -> None:
    """Record the end of the run."""
    row = change.row
    if item.status == "failed":
        reason = Sentence(item.message) if item.message else recovery.DIED
        change.fail(reason, item.from_epoch)
    else:
        row.progress = float(row.epoch)
        change.set_status(item.status, item.message, item.from_epoch)
