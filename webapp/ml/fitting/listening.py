"""The interface through which a training reports its progress to a listener.

A listener knows nothing of Keras, so another engine could call it too; here Keras' callbacks do.
Early stopping and the smaller learning rate on a plateau are Keras' own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import keras
import numpy as np

from webapp.ml.fitting.epoch_timer import EpochTimer
from webapp.ml.fitting.interrupt import Interrupted
from webapp.ml.fitting.progress import Progress
from webapp.schemas.datasets import split_at
from webapp.schemas.events import METRICS, EpochItem

if TYPE_CHECKING:
    from webapp.schemas.config import FitConfig


class Listener(Protocol):
    """Receives the progress of a training; returning False ends the training."""

    def on_batch(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> bool:
        """Receive the epoch's means after batch `step` of `steps` in `epoch` (all from 1).

        Called about ten times a second, and for the last batch of each epoch.
        """

    def on_epoch(self, epoch: EpochItem) -> bool:
        """Receive a complete epoch, with its validation. Not called for an epoch that was cut
        short.
        """

    def on_interrupt(self) -> None:
        """Called when a batch was interrupted: the model is as it was before that batch."""


CALLBACK_STATE = {
    "EarlyStopping": ("wait", "best", "best_epoch", "stopped_epoch"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
}
"""The state of Keras' callbacks between epochs (Keras 3.15), without best weights."""


class Diverged(Exception):
    """Raised when the loss is no longer a number and the run has to end then."""


class _StopTraining(Exception):
    """Raised to leave Keras' loop within an epoch, when the listener ends the training."""


class _ListenerCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """A Keras callback that calls a listener, and saves the callbacks' state in `progress`.

    It must be the last callback. The seconds of an epoch that was paused are those of its last
    part, scaled to the whole epoch. What a new attempt compiles does not count.
    """

    def __init__(
        self,
        listener: Listener,
        progress: Progress,
        others: Sequence[keras.callbacks.Callback],
        samples: int,
        terminate_on_nan: bool,
    ) -> None:
        super().__init__()
        self.listener = listener
        self.progress = progress
        self.others = others
        self.samples = samples
        self.terminate_on_nan = terminate_on_nan

    def on_train_begin(self, logs: Any = None) -> None:
        _restore_callbacks(self.others, self.progress)
        self.is_resumed = self.progress.epoch > 0 or self.progress.step > 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch + 1  # our epochs start at 1
        self.timer = EpochTimer(self.progress.step, self.params["steps"], time.perf_counter())
        self.ended: float | None = None

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        means, step, steps = logs or {}, batch + 1, self.params["steps"]
        self.timer.add_call(step, means.get("compiling", 0.0) if self.is_resumed else 0.0)
        loss, accuracy = float(means["loss"]), float(means["accuracy"])
        self.learning_rate = short(self.model.optimizer.learning_rate)
        go_on = self.listener.on_batch(self.epoch, step, steps, loss, accuracy)
        if self.terminate_on_nan and not math.isfinite(loss):
            raise Diverged
        if not go_on and step < steps:
            raise _StopTraining

    def on_test_begin(self, logs: Any = None) -> None:
        self.ended = time.perf_counter()  # validation is not training time

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        seconds = self.timer.seconds(self.ended or time.perf_counter())
        _save_callbacks(self.others, self.progress)
        self.progress.ended = self.model.stop_training
        if not self.listener.on_epoch(self._item(logs or {}, seconds)):
            self.model.stop_training = True

    def _item(self, means: Mapping[str, float], seconds: float) -> EpochItem:
        """Return the item of a complete epoch; a number that is not finite becomes None."""
        numbers = {name: finite(means.get(name)) for name in METRICS}
        return EpochItem(
            epoch=self.epoch,
            **numbers,
            learning_rate=self.learning_rate,
            seconds=seconds,
            samples_per_second=self.samples / max(seconds, 1e-9),
            diverged=any(name in means and numbers[name] is None for name in METRICS),
        )


def _save_callbacks(callbacks: Sequence[keras.callbacks.Callback], progress: Progress) -> None:
    """Save the callbacks' state in `progress`."""
    for callback in callbacks:
        name = type(callback).__name__
        progress.callbacks[name] = {key: getattr(callback, key) for key in CALLBACK_STATE[name]}
        progress.best_weights = getattr(callback, "best_weights", None) or progress.best_weights


def _restore_callbacks(callbacks: Sequence[keras.callbacks.Callback], progress: Progress) -> None:
    """Restore the state of the callbacks, which Keras has just reset."""
    for callback in callbacks:
        for key, value in progress.callbacks.get(type(callback).__name__, {}).items():
            setattr(callback, key, value)
        if progress.best_weights and hasattr(callback, "best_weights"):
            callback.best_weights = progress.best_weights


def callbacks(
    config: FitConfig, listener: Listener, progress: Progress, images: int
) -> list[keras.callbacks.Callback]:
    """Return Keras' callbacks for `config`, followed by the one that calls `listener`.

    `images` is the number of training images before the split.
    """
    made: list[keras.callbacks.Callback] = []
    if plateau := config.reduce_lr_on_plateau:
        made.append(keras.callbacks.ReduceLROnPlateau(**plateau.model_dump(), mode=plateau.mode))
    if stopping := config.early_stopping:
        arguments = stopping.model_dump(exclude={"restore_best"})
        arguments |= {"mode": stopping.mode, "restore_best_weights": stopping.restore_best}
        made.append(keras.callbacks.EarlyStopping(**arguments))
    samples = split_at(images, config.validation_split) or images
    return [*made, _ListenerCallback(listener, progress, made, samples, config.terminate_on_nan)]


@contextmanager
def stopping_on_request(
    callbacks: list[keras.callbacks.Callback], listener: Listener
) -> Iterator[list[keras.callbacks.Callback]]:
    """Let a listener end the training within an epoch; callbacks still end as in Keras.

    So a stopped training with `restore_best` gets its best weights, too. The epoch that was cut
    short does not count: no validation, no progress for early stopping.
    """
    try:
        yield callbacks
    except (_StopTraining, Interrupted) as end:
        if isinstance(end, Interrupted):
            listener.on_interrupt()
        for callback in callbacks:
            callback.on_train_end()
    except Diverged:
        for callback in callbacks:
            callback.on_train_end()
        raise


def finite(value: float | None) -> float | None:
    """Return the number, or None when it is not finite: NaN must never reach JSON."""
    return None if value is None or not math.isfinite(value) else float(value)


def short(value: float) -> float:
    """Return a float32 as its shortest decimal: 0.001, not 0.0010000000474974513."""
    return float(str(np.float32(value)))
