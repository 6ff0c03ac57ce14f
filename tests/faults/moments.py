"""Random moments of a run."""

from __future__ import annotations

import random
import time
from typing import Any

from tests.faults.harness import Inkling
from tests.live_server import wait_for

EPOCH_SECONDS = 0.4
"""About what an epoch of ``whole.SLOW_EPOCHS`` takes; fast machines need less."""


def await_moment(inkling: Inkling, run_id: str, chance: random.Random, epochs: int) -> float:
    """Wait for a moment at which a worker trains the run: any epoch, any place in it.

    One in eight is in the first second of the attempt. Returns the progress in epochs, about.
    """
    if chance.random() < 1 / 8:
        wait_for(lambda: inkling.worker(run_id), what="no worker was started")
        pause(chance.uniform(0, 1))
        return 0.0
    after = chance.randrange(epochs - 1)
    wait_for(lambda: trains_after(inkling, run_id, after), what="the run never got there")
    pause_in_epoch(inkling, run_id, after, chance.uniform(0, EPOCH_SECONDS))
    return float(after)


def pause_in_epoch(inkling: Inkling, run_id: str, after: int, seconds: float) -> None:
    """Let so much time pass, but never so much that the epoch ends and the run perhaps with it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not trains_after(inkling, run_id, after + 1):
        pause(min(0.02, max(0.0, end - time.monotonic())))


def trains_after(inkling: Inkling, run_id: str, epoch: int) -> bool:
    """Whether the run trains and has so many whole epochs."""
    run: dict[str, Any] = inkling.server.get(f"/api/runs/{run_id}").json()
    return bool(run["status"] == "running" and run["epoch"] >= epoch)


def pause(seconds: float) -> None:
    """Let so much time pass: no condition names a moment within an epoch."""
    time.sleep(seconds)
