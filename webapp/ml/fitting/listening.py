"""How a training tells what happens: the small seam between `network.fit` and whoever listens.

A listener knows nothing of Keras, so that another engine can speak to it as well; here Keras'
callbacks speak to it. Early stopping and the smaller learning rate on a plateau are Keras' own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import keras
import numpy as np

from webapp.ml.fitting.interrupt import Interrupted
from webapp.ml.fitting.progress import Progress
from webapp.schemas.datasets import split_at
from webapp.schemas.events import METRICS, EpochItem

if TYPE_CHECKING:
    from webapp.schemas.config import FitConfig


class Listener(Protocol):
    """Hears of a training; whatever it answers False to is the last thing done."""

    def on_batch(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> bool:
        """After batch `step` of `steps` in `epoch` (all from 1): the epoch's means so far.

        Not every batch is told of, but some ten a second and each epoch's last one.
        """

    def on_epoch(self, epoch: EpochItem) -> bool:
        """After a whole epoch, its validation included. An epoch that was cut is not heard of."""

    def on_interrupt(self) -> None:
        """A batch under way was given up, and training ends: all is as it was before that batch."""


REMEMBERED = {
    "EarlyStopping": ("wait", "best", "best_epoch", "stopped_epoch"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
}
"""What Keras' callbacks carry from one epoch to the next (Keras 3.15); best weights apart."""


class Diverged(Exception):
    """The loss is no longer a number, and the run shall end then."""


class _Stopped(Exception):
    """The listener wants no more: leaves Keras' loop in the middle of an epoch."""


class _Teller(keras.callbacks.Callback):  # type: ignore[misc]
    """Keras' callbacks, told on to a listener, and what they remember kept in `progress`.

    Must be the last of the callbacks. The seconds of an epoch that was paused are those of its
    last part, scaled up to the whole.
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
        _remind(self.others, self.progress)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch + 1  # ours count from 1
        self.share = 1 - self.progress.step / self.params["steps"]
        self.began = time.perf_counter()
        self.ended: float | None = None

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        means, step, steps = logs or {}, batch + 1, self.params["steps"]
        loss, accuracy = float(means["loss"]), float(means["accuracy"])
        self.learning_rate = short(self.model.optimizer.learning_rate)
        go_on = self.listener.on_batch(self.epoch, step, steps, loss, accuracy)
        if self.terminate_on_nan and not math.isfinite(loss):
            raise Diverged
        if not go_on and step < steps:
            raise _Stopped

    def on_test_begin(self, logs: Any = None) -> None:
        self.ended = time.perf_counter()  # validation is not training time

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        seconds = ((self.ended or time.perf_counter()) - self.began) / self.share
        _remember(self.others, self.progress)
        self.progress.ended = self.model.stop_training
        if not self.listener.on_epoch(self._item(logs or {}, seconds)):
            self.model.stop_training = True

    def _item(self, means: Mapping[str, float], seconds: float) -> EpochItem:
        """What there is to say of a whole epoch; a number that is not finite becomes None."""
        numbers = {name: finite(means.get(name)) for name in METRICS}
        return EpochItem(
            epoch=self.epoch,
            **numbers,
            learning_rate=self.learning_rate,
            seconds=seconds,
            samples_per_second=self.samples / max(seconds, 1e-9),
            diverged=any(name in means and numbers[name] is None for name in METRICS),
        )


def _remember(callbacks: Sequence[keras.callbacks.Callback], progress: Progress) -> None:
    """Note in `progress` what the callbacks know."""
    for callback in callbacks:
        name = type(callback).__name__
        progress.callbacks[name] = {key: getattr(callback, key) for key in REMEMBERED[name]}
        progress.best_weights = getattr(callback, "best_weights", None) or progress.best_weights


def _remind(callbacks: Sequence[keras.callbacks.Callback], progress: Progress) -> None:
    """Tell the callbacks, which have just forgotten everything, what they knew."""
    for callback in callbacks:
        for key, value in progress.callbacks.get(type(callback).__name__, {}).items():
            setattr(callback, key, value)
        if progress.best_weights and hasattr(callback, "best_weights"):
            callback.best_weights = progress.best_weights


def callbacks(
    config: FitConfig, listener: Listener, progress: Progress, images: int
) -> list[keras.callbacks.Callback]:
    """Keras' callbacks for `config`, then the one that tells `listener`.

    `images` is how many training images there are before the split.
    """
    made: list[keras.callbacks.Callback] = []
    if plateau := config.reduce_lr_on_plateau:
        made.append(keras.callbacks.ReduceLROnPlateau(**plateau.model_dump(), mode=plateau.mode))
    if stopping := config.early_stopping:
        arguments = stopping.model_dump(exclude={"restore_best"})
        arguments |= {"mode": stopping.mode, "restore_best_weights": stopping.restore_best}
        made.append(keras.callbacks.EarlyStopping(**arguments))
    samples = split_at(images, config.validation_split) or images
    return [*made, _Teller(listener, progress, made, samples, config.terminate_on_nan)]


@contextmanager
def until_stopped(
    callbacks: list[keras.callbacks.Callback], listener: Listener
) -> Iterator[list[keras.callbacks.Callback]]:
    """Lets a listener leave in mid-epoch; callbacks still end as Keras ends them.

    So a stopped training with `restore_best` has its best weights, too. The epoch that was cut
    counts for nothing: no validation, no progress for early stopping.
    """
    try:
        yield callbacks
    except (_Stopped, Interrupted) as end:
        if isinstance(end, Interrupted):
            listener.on_interrupt()
        for callback in callbacks:
            callback.on_train_end()
    except Diverged:
        for callback in callbacks:
            callback.on_train_end()
        raise


def finite(value: float | None) -> float | None:
    """The number, or None when it is not finite: no NaN ever reaches JSON."""
    return None if value is None or not math.isfinite(value) else float(value)


def short(value: float) -> float:
    """A float32 as the shortest number that means it: 0.001, not 0.0010000000474974513."""
    return float(str(np.float32(value)))
