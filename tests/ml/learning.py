"""What the tests of learning share: a small network, and a listener that remembers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.schemas.config import RunConfig
from webapp.schemas.events import EpochItem
from webapp.schemas.worker import Assignment

Configure = Callable[..., RunConfig]

SMALL: list[dict[str, Any]] = [
    {"type": "Flatten"},
    {"type": "Dense", "units": 16, "activation": "relu"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


def whole_batches(images: int) -> int:
    """A batch size of 30 to 50 with which no smaller batch is left, if there is one; else 50.

    A smaller last batch is compiled, too. Tests that are about one name their batch size.
    """
    return next((size for size in range(50, 29, -1) if images % size == 0), 50)


class Listener:
    """Records its calls; stops where `stop_at` (epoch, step or None) says."""

    def __init__(self, stop_at: tuple[int, int | None] | None = None) -> None:
        self.batches: list[tuple[int, int, int, float, float]] = []
        self.epochs: list[EpochItem] = []
        self.stop_at = stop_at
        self.interrupted = False

    def on_batch(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> bool:
        self.batches.append((epoch, step, steps, loss, accuracy))
        return (epoch, step) != self.stop_at

    def on_epoch(self, epoch: EpochItem) -> bool:
        self.epochs.append(epoch)
        return (epoch.epoch, None) != self.stop_at

    def on_interrupt(self) -> None:
        self.interrupted = True


def assignment(server: str, data_dir: Path, token: str = "secret") -> Assignment:
    return Assignment(server=server, run_id="r1", attempt=1, token=token, data_dir=str(data_dir))


def dump(config: RunConfig) -> dict[str, Any]:
    return config.model_dump(mode="json")


def unpacked(made: dict[str, Any]) -> NDArray[Any]:
    """The numbers of `packing.packed`, in one row."""
    steps = np.frombuffer(base64.b64decode(made["values"], validate=True), np.int8)
    return steps * float(made["scale"])
