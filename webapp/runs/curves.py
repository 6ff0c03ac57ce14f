"""A run's curve in one answer: its epochs as columns, its batch points thinned for drawing.

Whoever opens a long run starts from here and follows its events from ``run.last_seq`` on. What it
costs depends on the epochs, hardly on the events: batch events are picked, not read through.
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
"""More batch points than a chart has pixels say nothing."""
NEWEST = 20
"""So many of the newest events are looked at in any case: where the epoch under way stands."""
GOLDEN = 0.618034
DIGITS = ".6g"
"""What single precision tells; it halves the answer."""


def curve(run_id: str, most: int) -> dict[str, Any]:
    """The run and its curve, both of one moment; at most about ``most`` epochs, evenly spread.

    Raises NotFound.
    """
    with reading() as session:
        row = row_of(session, run_id)
        run = as_seen(summary(row, turn_of(session, row)), reader())
        every = -(-row.epoch // most) or 1
        epochs, diverged = _epochs(session, row, every)
        restarts = _restarts(session, row)
        wished = row.learning_rate
        batches, stride = _batches(session, row, restarts, min(MOST_POINTS, most))
    return {
        "run": run,
        "epochs": epochs,
        "diverged": diverged,
        "batches": batches,
        "batch_stride": stride,
        "restarts": restarts,
        "learning_rate": wished,
    }


def _epochs(session: Session, row: RunRow, every: int) -> tuple[dict[str, list[Any]], list[int]]:
    """Every so many-th epoch, the newest among them, as columns; and which of them diverged."""
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
"""``seq`` of the event that told of it, and the ``epoch`` after which training began again."""


def _restarts(session: Session, row: RunRow) -> list[Restart]:
    """Where training began again because a worker or a checkpoint was lost: a run that waits or
    starts with a message. One that was paused goes on at the very batch, and says nothing."""
    if row.attempt == 0 or (row.attempt == 1 and row.status != "queued"):
        return []  # nearly every run; the search below looks at each event
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
    """The points of about ``most`` events, and of how many events each is one."""
    stride = -(-row.last_seq // most) or 1
    query = (
        sa.select(EventRow.seq, sa.cast(EventRow.body, sa.Text))
        .where(EventRow.run == row.number, EventRow.seq.in_(_picked(row.last_seq, stride)))
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


def _picked(last: int, stride: int) -> list[int]:
    """One ``seq`` of every ``stride``, and the newest.

    Not each time the same one of them: events come in the rhythm of epochs, and to step in that
    rhythm would find nothing but ends of epochs.
    """
    picked = {start + int(stride * (start * GOLDEN % 1)) for start in range(1, last + 1, stride)}
    return sorted(picked | set(range(max(1, last - NEWEST + 1), last + 1)))


Point = tuple[int, float, float | None, float | None]


def _without_lost(points: Sequence[Point], restarts: Sequence[Restart]) -> list[Point]:
    """The points without those that were trained again, or are to be."""
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
    """A measured number without the digits that nobody measured."""
    return None if value is None else float(format(value, DIGITS))
