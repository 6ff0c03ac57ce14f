"""The time as runs record it, and when a run that trains will be done."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from webapp.database import RunRow


def now() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def iso(milliseconds: int | None) -> str | None:
    """The time in ISO 8601 with milliseconds and a Z, such as 2026-11-23T15:06:17.250Z."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + f".{rest:03d}Z"


def eta_seconds(row: RunRow) -> float | None:
    """Seconds until the last epoch ends, from the mean epoch of this attempt; None if unknown.

    Before the first epoch has ended, the share of it that is done stands in for the mean. Early
    stopping may end the run sooner; this tells when it ends at the latest.
    """
    if row.status != "running" or row.timed_from is None:
        return None
    if row.epoch > row.from_epoch and row.epoch_at is not None:
        mean = (row.epoch_at - row.timed_from) / (row.epoch - row.from_epoch)
    elif row.progress > row.from_epoch:
        mean = (now() - row.timed_from) / (row.progress - row.from_epoch)
    else:
        return None
    return round(max(0.0, row.epochs - row.progress) * mean / 1000, 1)
