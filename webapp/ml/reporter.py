"""What a train worker tells of its training: batches, thinned; checkpoints; epochs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webapp.ml import checkpoint
from webapp.ml.link import Link
from webapp.ml.listening import finite
from webapp.schemas.events import BatchItem, EpochItem, EvaluationItem

if TYPE_CHECKING:
    import keras

BATCH_SECONDS = 0.105
"""The least time between two batch items: never more than ten in any second."""


class Reporter:
    """The listener of a run: hears of its training and puts it into the link's outbox.

    `epoch` is the last whole epoch; `unsaved` says whether the weights moved on since its
    checkpoint was written.
    """

    def __init__(
        self,
        link: Link,
        model: keras.Model,
        directory: Path,
        epoch: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.epoch = epoch
        self.unsaved = False
        self._link = link
        self._model = model
        self._directory = directory
        self._clock = clock
        self._told = -BATCH_SECONDS
        self._files = 0

    def on_batch(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> bool:
        """Tell of the batch unless another was told of just now; whether to go on."""
        self.unsaved = True
        now = self._clock()
        if now - self._told >= BATCH_SECONDS:
            self._told = now
            self._link.send(batch_item(epoch, step, steps, loss, accuracy))
        return not self._link.ending

    def on_epoch(self, epoch: EpochItem) -> bool:
        """Keep the epoch's checkpoint, then tell of it; whether to go on."""
        self.epoch = epoch.epoch
        self.save()
        self._link.send(epoch)
        return not self._link.ending

    def save(self, **meta: Any) -> None:
        """Send the model as it is now as the checkpoint of the last whole epoch."""
        self._files += 1  # a checkpoint may be sent twice: see train_worker.keep_final
        path = self._directory / f"{self._files}.npz"
        checkpoint.write(path, checkpoint.capture(self._model, self.epoch, **meta))
        self._link.send_checkpoint(self.epoch, path)
        self.unsaved = False


def batch_item(epoch: int, step: int, steps: int, loss: float, accuracy: float) -> BatchItem:
    """The item of a batch; a number that is not finite travels as None, marked as diverged."""
    means = finite(loss), finite(accuracy)
    return BatchItem(
        epoch=epoch,
        step=step,
        steps=steps,
        loss=means[0],
        accuracy=means[1],
        diverged=None in means,
    )


def evaluation_item(loss: float, accuracy: float) -> EvaluationItem:
    """The item of the evaluation on the test part, with the same rule."""
    means = finite(loss), finite(accuracy)
    return EvaluationItem(loss=means[0], accuracy=means[1], diverged=None in means)
