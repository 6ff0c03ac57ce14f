"""A batch that takes long is given up at the next layer, and it is as if it had not been begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.ml.learning import Configure, Listener
from webapp.ml import digits, engine, network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.interrupt import Interrupt
from webapp.ml.fitting.progress import Progress
from webapp.schemas.config import RunConfig

EVERYTHING: list[dict[str, Any]] = [
    {"type": "RandomRotation", "factor": 0.05},
    {"type": "Conv2D", "filters": 2, "kernel_size": 3, "activation": "relu"},
    {"type": "BatchNormalization"},
    {"type": "GaussianNoise", "stddev": 0.1},
    {"type": "Flatten"},
    {"type": "Dropout", "rate": 0.5},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
Then = Callable[[], object]


@contextmanager
def any_batch() -> Iterator[None]:
    """Every batch counts as one that takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "LARGE_BATCH", 1)
        patch.setattr(engine, "LONG_SECONDS", 0.0)
        patch.setattr(engine, "PACE_SECONDS", 0.0)
        yield


def at_images(model: keras.Model, count: int, then: Then) -> None:
    """Do `then` within the call in which the model's fifth layer sees images for the count-th time.

    The layers before it have drawn, and changed what they keep, by then.
    """
    seen = iter(range(1, 1000))
    call = model.layers[4].call

    def looked_at(*args: Any, **kwargs: Any) -> Any:
        outputs = call(*args, **kwargs)
        with tf.control_dependencies([outputs]):
            look = tf.py_function(lambda: then() if next(seen) == count else None, [], [])
        with tf.control_dependencies([look] if look is not None else []):
            return tf.identity(outputs)

    model.layers[4].call = looked_at


class Training:
    """A training of two epochs that can be interrupted, and gone on with."""

    def __init__(self, config: RunConfig, raw: digits.Digits) -> None:
        self._fit = config.fit
        self._data = digits.prepare_training(raw, config.dataset)
        self.model, self.progress = network.build(config.layers, 1), Progress()
        self.interrupt = Interrupt()
        network.compile(self.model, config.compile)

    def go_on(self) -> Listener:
        """Train until it is interrupted or at the end."""
        listener = Listener()
        rest: Any = {"progress": self.progress, "interrupt": self.interrupt}
        network.fit(self.model, self._data, self._fit, listener, seed=1, **rest)
        return listener

    def end(self) -> checkpoint.Checkpoint:
        """Train to the end; all that is kept."""
        assert not self.go_on().interrupted and self.progress.epoch == 2
        return checkpoint.capture(self.model, self.progress)


@pytest.fixture(scope="module")
def config(configure: Configure) -> RunConfig:
    fit = {"epochs": 2, "validation_split": 0.1, "batch_size": 50}
    made: RunConfig = configure(EVERYTHING, fit=fit)
    return made


@pytest.fixture(scope="module")
def whole(config: RunConfig, raw: digits.Digits) -> checkpoint.Checkpoint:
    """What a training ends with that nobody interrupts."""
    with any_batch():
        return Training(config, raw).end()


@pytest.mark.parametrize("count", [1, 4, 6], ids=["first", "in mid-epoch", "smaller last one"])
def test_a_batch_that_was_given_up_left_no_trace(
    config: RunConfig, raw: digits.Digits, whole: checkpoint.Checkpoint, count: int
) -> None:
    training = Training(config, raw)
    at_images(training.model, count, training.interrupt.set)
    with any_batch():
        listener = training.go_on()
        assert listener.interrupted
        assert (training.progress.epoch, training.progress.step) == (0, count - 1)
        assert [batch[1] for batch in listener.batches] == list(range(1, count))
        training.interrupt = Interrupt()
        mended = training.end()
    for group in ("weights", "optimizer", "random"):
        for one, other in zip(getattr(whole, group), getattr(mended, group), strict=True):
            np.testing.assert_array_equal(one, other)
    assert whole.progress.meta()["sums"] == mended.progress.meta()["sums"]


def test_what_is_not_armed_goes_on(configure: Configure, raw: digits.Digits) -> None:
    """Short batches are not copied before, and the test after a stop needs the layers."""
    config = configure(EVERYTHING)
    data = digits.prepare_training(raw, config.dataset)
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    interrupt, listener = Interrupt(), Listener()
    interrupt.watch(model)
    interrupt.set()
    network.fit(model, data, config.fit, listener, seed=1, interrupt=interrupt)
    assert len(listener.epochs) == 1 and not listener.interrupted
    with pytest.raises(tf.errors.InvalidArgumentError), interrupt.armed():
        tf.debugging.assert_equal(1, 2)  # somebody else's error stays what it is
