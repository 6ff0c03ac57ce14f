"""The time as stored in runs, and when a running run will be done."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from webapp.database import EpochRow, RunRow


def now() -> int:
    """Return milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def iso(milliseconds: int | None) -> str | None:
    """Return the time in ISO 8601 with milliseconds and a Z, such as 2026-11-23T15:06:17.250Z."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + f".{rest:03d}Z"


FIRST_SECONDS = 15.0
"""During these seconds of an attempt its first epoch gives no estimate: the first batch compiles
the network. Most runs have finished some epochs by then."""


def eta_seconds(row: RunRow) -> float | None:
    """Return seconds until the last epoch ends, from the mean epoch of this attempt; None if
    unknown.

    A first epoch that was short counts once another one has followed; before it has ended, its
    completed share stands in for it. Early stopping may end the run sooner; this is the latest end.
    """
    if row.status != "running" or row.timed_from is None:
        return None
    epochs = row.epoch - row.from_epoch
    if epochs > 1 and row.epoch_at is not None:
        mean = (row.epoch_at - row.timed_from - _compiling(row)) / epochs
    else:
        elapsed = now() - row.timed_from
        if row.progress <= row.from_epoch or elapsed < 1000 * FIRST_SECONDS:
            return None
        mean = elapsed / (row.progress - row.from_epoch)
    return round(max(0.0, row.epochs - row.progress) * mean / 1000, 1)


def _compiling(row: RunRow) -> float:
    """Return the milliseconds by which the first epoch of this attempt took longer than the
    newest.
    """
    session = object_session(row)
    if session is None:
        return 0.0
    query = sa.select(EpochRow.seconds).where(
        EpochRow.run == row.number, EpochRow.epoch.in_([row.from_epoch + 1, row.epoch])
    )
    first, newest = [*session.scalars(query.order_by(EpochRow.epoch)), 0.0, 0.0][:2]
    return max(0.0, float(first - newest)) * 1000
