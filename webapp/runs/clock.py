"""The time as stored in runs, and when a running run will be done."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from webapp.database import RunRow


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
"""So long the share done of the first epoch tells nothing: its first batch compiles the network,
which takes seconds. Most runs have ended an epoch by then."""


def eta_seconds(row: RunRow) -> float | None:
    """Return seconds until the last epoch ends, from the mean epoch of this attempt; None if
    unknown.

    Before the first epoch has ended, its completed share stands in for the mean, once it tells
    something. Early stopping may end the run sooner; this is the latest end.
    """
    if row.status != "running" or row.timed_from is None:
        return None
    if row.epoch > row.from_epoch and row.epoch_at is not None:
        mean = (row.epoch_at - row.timed_from) / (row.epoch - row.from_epoch)
    elif row.progress > row.from_epoch and now() - row.timed_from >= 1000 * FIRST_SECONDS:
        mean = (now() - row.timed_from) / (row.progress - row.from_epoch)
    else:
        return None
    return round(max(0.0, row.epochs - row.progress) * mean / 1000, 1)
