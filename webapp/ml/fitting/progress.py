"""How far a training has come, so that it can continue as if it had never stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING = (0.0, 0.0, 0.0)


@dataclass
class Progress:
    """What has been trained: `epoch` complete epochs, and `step` batches of the next one.

    `sums` are over the images of those batches: the loss, the right answers, the number of images.
    `ended`: early stopping has ended the training. `callbacks` is the state of Keras' callbacks, by
    class and attribute; `best_weights` are the weights that early stopping may restore.
    `learning_rate_change` counts the changes of the learning rate that were applied.
    """

    epoch: int = 0
    step: int = 0
    sums: tuple[float, float, float] = NOTHING
    ended: bool = False
    callbacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    learning_rate_change: int = 0
    best_weights: list[NDArray[Any]] = field(default_factory=list)

    def begin_epoch(self, epoch: int) -> None:
        """Record that this many epochs are complete and the next has not begun."""
        self.epoch, self.step, self.sums = epoch, 0, NOTHING

    def note(self, step: int, sums: NDArray[np.float64]) -> None:
        """Record that this many batches of the epoch are done."""
        self.step = step
        self.sums = (float(sums[0]), float(sums[1]), float(sums[2]))

    def extend(self) -> None:
        """Let a training that early stopping has ended go on, because epochs were added.

        Any other goes on as if it had never ended, with all that its callbacks remember.
        """
        stopping = self.callbacks.get("EarlyStopping")
        if self.ended and stopping is not None:
            stopping |= {"wait": 0, "stopped_epoch": 0}
        self.ended = False

    def meta(self) -> dict[str, Any]:
        """Return everything but the weights, for JSON."""
        known = asdict(self)
        del known["best_weights"]
        return known

    @classmethod
    def of(cls, meta: dict[str, Any], best_weights: list[NDArray[Any]]) -> Progress:
        """Return the progress stored in a checkpoint."""
        known = {name: value for name, value in meta.items() if name in cls.__dataclass_fields__}
        progress = cls(**known, best_weights=best_weights)
        progress.sums = tuple(progress.sums)  # type: ignore[assignment]  # JSON knows lists only
        return progress
