"""Where a training stands, so that it can go on from there as if it had never been left."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING = (0.0, 0.0, 0.0)


@dataclass
class Progress:
    """What has been trained: `epoch` whole epochs, and `step` batches of the next one.

    `sums` are over the images of those batches: of the loss, of right answers, and how many.
    `ended`: early stopping has ended it. `callbacks` is what Keras' callbacks remember of the
    epochs, by class and attribute; `best_weights` the weights that early stopping may go back to.
    `learning_rate_change` is how many of people's wishes for another learning rate were obeyed.
    """

    epoch: int = 0
    step: int = 0
    sums: tuple[float, float, float] = NOTHING
    ended: bool = False
    callbacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    learning_rate_change: int = 0
    best_weights: list[NDArray[Any]] = field(default_factory=list)

    def begin_epoch(self, epoch: int) -> None:
        """So many epochs are whole, and nothing of the next one."""
        self.epoch, self.step, self.sums = epoch, 0, NOTHING

    def note(self, step: int, sums: NDArray[np.float64]) -> None:
        """So many batches of the epoch are done."""
        self.step = step
        self.sums = (float(sums[0]), float(sums[1]), float(sums[2]))

    def extend(self) -> None:
        """More epochs were added: early stopping is patient anew."""
        self.ended = False
        for remembered in self.callbacks.values():
            remembered.update({key: 0 for key in ("wait", "stopped_epoch") if key in remembered})

    def meta(self) -> dict[str, Any]:
        """All but the weights, for JSON."""
        known = asdict(self)
        del known["best_weights"]
        return known

    @classmethod
    def of(cls, meta: dict[str, Any], best_weights: list[NDArray[Any]]) -> Progress:
        """The progress that a checkpoint tells of."""
        known = {name: value for name, value in meta.items() if name in cls.__dataclass_fields__}
        progress = cls(**known, best_weights=best_weights)
        progress.sums = tuple(progress.sums)  # type: ignore[assignment]  # JSON knows lists only
        return progress
