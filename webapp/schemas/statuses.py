"""The statuses of a run, and the sets of them that the program asks for.

``static/js/statuses.js`` has the same sets for the page; ``tests/test_facts.py`` compares them.
"""

from __future__ import annotations

from typing import Literal, get_args

Status = Literal["queued", "starting", "running", "paused", "finished", "stopped", "failed"]
STATUSES: tuple[Status, ...] = get_args(Status)

WorkerStatus = Literal["running", "paused", "queued", "finished", "stopped", "failed"]
"""What a worker may report."""

TERMINAL: tuple[Status, ...] = ("finished", "stopped", "failed")
"""The run has ended."""

LIVE: tuple[Status, ...] = ("queued", "starting", "running", "paused")
"""The run has not ended."""

BUSY: tuple[Status, ...] = ("starting", "running")
"""A worker is at work on the run."""

RESTING: tuple[Status, ...] = ("paused", "finished", "stopped", "failed")
"""The newest weights stay the newest until somebody asks for more."""

WAITING: tuple[Status, ...] = ("queued", "starting")
"""The run will train, or train on, but does not yet."""

COMPLETED: tuple[Status, ...] = ("finished", "stopped")
"""The run has ended and has not failed: it can be given more epochs."""
