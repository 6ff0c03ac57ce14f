"""Reports the progress of a training: thinned batches, checkpoints, epochs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from webapp.data_dir import is_full
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.listening import finite
from webapp.ml.fitting.progress import Progress
from webapp.ml.training.link import Link
from webapp.schemas.events import BatchItem, EpochItem, EvaluationItem

if TYPE_CHECKING:
    import keras

BATCH_SECONDS = 0.105
"""The least time between two batch items: never more than ten in any second."""


class Reporter:
    """The listener of a run: it puts the progress of the training into the link's outbox.

    It stores a checkpoint after every epoch, and one within an epoch when training has to end
    there. `part` is 1 once such a later one was sent.
    """

    def __init__(
        self,
        link: Link,
        model: keras.Model,
        progress: Progress,
        directory: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.part: Literal[0, 1] = 0
        self._link = link
        self._model = model
        self._progress = progress
        self._directory = directory
        self._clock = clock
        self._reported_at = -BATCH_SECONDS
        self._files = 0

    def on_batch(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> bool:
        """Report the batch, unless another was reported just before; return whether to continue.

        Within an epoch, the checkpoint to resume from is saved here, while the model is unchanged.
        """
        now = self._clock()
        if now - self._reported_at >= BATCH_SECONDS:
            self._reported_at = now
            self._link.send(batch_item(epoch, step, steps, loss, accuracy))
        self.apply_learning_rate()
        if not self._link.ending:
            return True
        if step < steps and not self._link.lost.is_set():
            self.save(part=1)
        return False

    def on_epoch(self, epoch: EpochItem) -> bool:
        """Store the epoch's checkpoint, then report the epoch; return whether to continue."""
        self.save(part=0)
        self._link.send(epoch)
        return not (self._link.ending or self.step_done)

    def on_interrupt(self) -> None:
        """Save a checkpoint within the epoch, unless no batch of it is done."""
        if self._progress.step and not self._link.lost.is_set():
            self.save(part=1)

    @property
    def step_done(self) -> bool:
        """Whether the epoch after which to pause is done."""
        wanted = self._link.commands.pause_after_epoch
        return wanted is not None and self._progress.epoch >= wanted

    def save(self, part: Literal[0, 1]) -> None:
        """Send the model as it is: as the checkpoint of the last complete epoch, or a later one."""
        kept = checkpoint.capture(self._model, self._progress)
        self._link.send_checkpoint(self._progress.epoch, part, self._written(kept))
        self.part = part

    def _written(self, kept: checkpoint.Checkpoint) -> Path | bytes:
        """Return the checkpoint as a file or, on a full disk, in memory.

        The disk may be the server's, and then the server has to report it.
        """
        self._files += 1
        path = self._directory / f"{self._files}.npz"
        try:
            checkpoint.write(path, kept)
        except OSError as error:
            path.unlink(missing_ok=True)
            if not is_full(error):
                raise
            file = io.BytesIO()
            checkpoint.write_to(file, kept)
            return file.getvalue()
        return path

    def apply_learning_rate(self) -> None:
        """Apply the newest learning rate that was requested."""
        commands, progress = self._link.commands, self._progress
        if commands.learning_rate_change > progress.learning_rate_change:
            self._model.optimizer.learning_rate = commands.learning_rate
            progress.learning_rate_change = commands.learning_rate_change


def batch_item(epoch: int, step: int, steps: int, loss: float, accuracy: float) -> BatchItem:
    """Return the item of a batch; a number that is not finite becomes None, marked as diverged."""
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
    """Return the item of the evaluation on the test part, with the same rule."""
    means = finite(loss), finite(accuracy)
    return EvaluationItem(loss=means[0], accuracy=means[1], diverged=None in means)
