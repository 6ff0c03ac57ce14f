"""A run's curve in one response: its epochs as columns, its batch points thinned for drawing.

A client that opens a long run starts here and follows its events from ``run.last_seq`` on. The cost
depends on the epochs, hardly on the events: batch events are sampled, not read through.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import compress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.database import EpochRow, EventRow, RunRow, reading
from webapp.runs.queries import as_seen, row_of, summary
from webapp.runs.waiting import turn_of
from webapp.schemas.events import METRICS
from webapp.schemas.statuses import WAITING
from webapp.security.owners import reader

COLUMNS = ("epoch", *METRICS, "learning_rate", "seconds")
MOST_POINTS = 2000
"""The most batch points: more than a chart's pixels are useless."""
NEWEST = 20
"""The number of newest events that are always read: they show the current epoch."""
GOLDEN = 0.618034
DIGITS = ".6g"
"""The digits of single precision; they halve the answer."""


def curve(run_id: str, most: int) -> dict[str, Any]:
    """Return the run and its curve at one moment; at most about ``most`` epochs, evenly spread.

    Raises NotFound.
    """
    with reading() as session:
        row = row_of(session, run_id)
        run = as_seen(summary(row, turn_of(session, row)), reader())
        every = -(-row.epoch // most) or 1
        epochs, diverged = _epochs(session, row, every)
        restarts = _restarts(session, row)
        learning_rate = row.learning_rate
        batches, stride = _batches(session, row, restarts, min(MOST_POINTS, most))
    return {
        "run": run,
        "epochs": epochs,
        "diverged": diverged,
        "batches": batches,
        "batch_stride": stride,
        "restarts": restarts,
        "learning_rate": learning_rate,
    }


def _epochs(session: Session, row: RunRow, every: int) -> tuple[dict[str, list[Any]], list[int]]:
    """Return every ``every``-th epoch and the newest as columns, and which of them diverged."""
    table = EpochRow.__table__.c  # plain rows: making objects of them doubles the time
    query = sa.select(*(table[name] for name in COLUMNS), table.diverged)
    query = query.where(table.run == row.number).order_by(table.epoch)
    if every > 1:
        query = query.where(table.epoch % every == row.epoch % every)
    rows = session.execute(query).all()
    *columns, diverged = zip(*rows, strict=True) if rows else [()] * (len(COLUMNS) + 1)
    epochs = {name: list(column) for name, column in zip(COLUMNS, columns, strict=True)}
    return epochs, list(compress(epochs["epoch"], diverged))


Restart = dict[str, int]
"""``seq`` of the event that reports it, and the ``epoch`` after which training restarted."""


def _restarts(session: Session, row: RunRow) -> list[Restart]:
    """Return where training restarted because a worker or a checkpoint was lost.

    That is a run that waits or starts with a message. A paused run resumes at the very batch,
    without a message.
    """
    if row.attempt == 0 or (row.attempt == 1 and row.status != "queued"):
        return []  # nearly every run; the search below reads each event
    body = sa.cast(EventRow.body, sa.Text)
    # Searching the text for the few candidates is faster than parsing all JSON.
    query = sa.select(EventRow.seq, body).where(
        EventRow.run == row.number, body.like('%"status"%"attempt"%')
    )
    events = [
        (seq, json.loads(text)) for seq, text in session.execute(query.order_by(EventRow.seq))
    ]
    return [
        {"seq": seq, "epoch": event["from_epoch"]}
        for seq, event in events
        if event["type"] == "status" and event["status"] in WAITING and event["message"]
    ]


def _batches(
    session: Session, row: RunRow, restarts: list[Restart], most: int
) -> tuple[dict[str, list[Any]], int]:
    """Return the points of about ``most`` events, and the number of events behind each."""
    stride = -(-row.last_seq // most) or 1
    query = (
        sa.select(EventRow.seq, sa.cast(EventRow.body, sa.Text))
        .where(EventRow.run == row.number, EventRow.seq.in_(_sampled(row.last_seq, stride)))
        .order_by(EventRow.seq)
    )
    rows = session.execute(query).all()
    bodies = json.loads(f"[{','.join(body for _seq, body in rows)}]")
    points = [
        (seq, body["epoch"] - 1 + body["step"] / body["steps"], body["loss"], body["accuracy"])
        for (seq, _body), body in zip(rows, bodies, strict=True)
        if body["type"] == "batch"
    ]
    kept = _without_lost(points, restarts)
    columns = zip(*kept, strict=True) if kept else ((), (), (), ())
    _seq, x, loss, accuracy = ([short(value) for value in column] for column in columns)
    return {"x": x, "loss": loss, "accuracy": accuracy}, stride


def _sampled(last: int, stride: int) -> list[int]:
    """Return one ``seq`` of every ``stride``, and the newest.

    Not always the same position: events follow the rhythm of epochs, and steps in that rhythm would
    find only the ends of epochs.
    """
    picked = {start + int(stride * (start * GOLDEN % 1)) for start in range(1, last + 1, stride)}
    return sorted(picked | set(range(max(1, last - NEWEST + 1), last + 1)))


Point = tuple[int, float, float | None, float | None]


def _without_lost(points: Sequence[Point], restarts: Sequence[Restart]) -> list[Point]:
    """Return the points without those that were, or will be, trained again."""
    kept: list[Point] = []
    later = list(restarts)
    limit = float("inf")
    for point in reversed(points):
        while later and point[0] < later[-1]["seq"]:
            limit = min(limit, later.pop()["epoch"] + 1e-9)
        if point[1] < limit:
            kept.append(point)
            limit = point[1]
    return kept[::-1]


def short(value: float | None) -> float | None:
    """Return a measured number rounded to meaningful digits."""
    return None if value is None else float(format(value, DIGITS))
