"""When a run that trains will be done."""

from __future__ import annotations

from webapp.database import RunRow
from webapp.runs.clock import now

BUSY = ("starting", "running")
"""Statuses in which a worker is at work on the run."""


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
