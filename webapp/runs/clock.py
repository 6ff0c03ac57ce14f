"""The time as stored in runs, how fast a run trains, and when it will be done."""

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


def measure_pace(row: RunRow) -> None:
    """Record when the attempt has come as far as ``row.progress``, once its pace can be measured.

    The pace counts from the second report: by then the second call into TensorFlow, which compiles
    the network, has come back.
    """
    if row.paced_progress is None:
        row.paced_progress = row.progress
    elif row.paced_from is None and row.progress > row.paced_progress:
        row.paced_from, row.paced_progress = now(), row.progress


def forget_pace(row: RunRow) -> None:
    """Forget how fast the attempt was: the next one may be another."""
    row.timed_from = row.paced_from = row.paced_progress = None


def eta_seconds(row: RunRow) -> float | None:
    """Return seconds until the last epoch ends, at the mean pace of this attempt; None if unknown.

    Early stopping may end the run sooner; this is the latest end.
    """
    if row.status != "running" or row.paced_from is None or row.paced_progress is None:
        return None
    done = row.progress - row.paced_progress
    if done <= 0:
        return None
    mean = (now() - row.paced_from) / done
    return round(max(0.0, row.epochs - row.progress) * mean / 1000, 1)
