"""The fast fit: what `model.fit` does, with the loop over the batches inside TensorFlow.

`model.fit` comes back to Python for every batch: it slices the images, starts dozens of small
kernels, calls every callback. For networks of this size that takes longer than the arithmetic.
Here the images lie in TensorFlow's memory once, and one call trains many batches: it takes the
next rows of the epoch's order, gathers their images, and applies the gradient as Keras does (the
model's own layers, loss and optimizer). The call ends after about `PACE_SECONDS`, so that progress
is reported, and so that a listener can stop it.

How many batches a call trains changes nothing: the same seed gives the same numbers, to the bit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webapp.ml.digits import Floats, Images
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.interrupt import Interrupt, Interrupted
from webapp.ml.fitting.progress import Progress
from webapp.ml.process import cores
from webapp.schemas.datasets import split_at

PACE_SECONDS = 0.1
"""The length of one call: the page gets ten points a second, and a stop waits no longer."""

TEST_BATCH = 1000
"""Images tested at once; the means of an epoch do not depend on it."""

LARGE_BATCH = 1000
"""A batch of so many images may take long, so its layers check for an interrupt (`interrupt.py`).
With smaller ones that would cost more than it is worth."""

LONG_SECONDS = 0.3
"""If a batch takes longer, the model is copied before, so that the batch can be interrupted."""

MOST_COPIED = 5_000_000
"""Parameters; with more, the copy would exceed the estimated memory."""

COMPILED = (
    keras.layers.Activation,
    keras.layers.BatchNormalization,
    keras.layers.Dense,
    keras.layers.Dropout,
    keras.layers.Flatten,
    keras.layers.GaussianNoise,
    keras.layers.InputLayer,
)
"""A network of these alone is compiled by XLA, loop and all, which is faster than TensorFlow's own
kernels. XLA's convolutions and poolings are slower than theirs, and it has no image transformations
(`bench/training.py --kinds`; docs/results.md, "Constants and their sources")."""

Sums = NDArray[np.float64]
"""Three sums over images: of the loss, of right answers, and how many images."""


def fit(
    model: keras.Model,
    x: Images | Floats,
    y: Floats,
    *,
    divisor: float = 1.0,
    batch_size: int,
    epochs: int,
    progress: Progress | None = None,
    validation_split: float = 0.0,
    shuffle: bool = True,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    interrupt: Interrupt | None = None,
) -> None:
    """Train a compiled model as `model.fit` does with the same arguments.

    `x` is (n, 28, 28, 1), `y` (n, 10), one-hot. Images are divided by `divisor` when their batch is
    used: as uint8 they need a quarter of the memory. Callbacks are called only after a batch that
    ends a call; its logs have `compiling`, too: the call's seconds if it compiled the network, else
    0. Training continues from `progress`, which is kept up to date. `shuffle` uses an
    order that depends only on `seed` and the epoch, so a resumed run sees the same batches as an
    uninterrupted one. (Once Keras' own seed is set, its `fit` uses the same order in every epoch.)
    Raises Interrupted when `interrupt` ended a batch: the model is then as it was before that
    batch, where `progress` stands.
    """
    progress = progress or Progress()
    trained = split_at(len(x), validation_split)
    tester = Tester(model)
    examples = Examples.of(x[:trained], y[:trained], divisor)
    trainer = Trainer(model, examples, batch_size, interrupt)
    held_back = Examples.of(x[trained:], y[trained:], divisor)
    steps = -(-trained // batch_size)
    callback_list = keras.callbacks.CallbackList(callbacks, model=model, epochs=epochs, steps=steps)
    model.stop_training = False
    callback_list.on_train_begin()
    while progress.epoch < epochs and not progress.ended:
        epoch = progress.epoch
        callback_list.on_epoch_begin(epoch)
        logs: dict[str, float] = {}
        for _ in trainer.train(order_of(epoch, trained, shuffle, seed), progress):
            logs = means(progress.sums)
            timed = {"compiling": trainer.compiling_seconds}
            callback_list.on_train_batch_end(progress.step - 1, logs | timed)
        if len(held_back):
            callback_list.on_test_begin()
            logs |= {f"val_{name}": mean for name, mean in tester.test(held_back).items()}
        progress.begin_epoch(epoch + 1)
        callback_list.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callback_list.on_train_end()


def evaluate(model: keras.Model, x: Images | Floats, y: Floats) -> dict[str, float]:
    """Return loss and accuracy over images `x`, (n, 28, 28, 1), with labels `y`, (n, 10).

    The numbers are those of `model.evaluate`, without Python's overhead for every batch.
    """
    return Tester(model).test(Examples.of(x, y, 1.0))


def order_of(epoch: int, images: int, shuffle: bool, seed: int) -> NDArray[np.int32]:
    """Return the order in which an epoch (from 0) uses its images: their indices, (images,).

    `RandomState` because NumPy promises that its numbers never change.
    """
    if not shuffle:
        return np.arange(images, dtype=np.int32)
    return np.random.RandomState([seed, epoch]).permutation(images).astype(np.int32)


@dataclass(frozen=True)
class Examples:
    """Images and labels in TensorFlow's memory, and the divisor of the pixels."""

    x: tf.Tensor
    y: tf.Tensor
    divisor: float

    @classmethod
    def of(cls, x: Images | Floats, y: Floats, divisor: float) -> Examples:
        """Copy arrays into TensorFlow's memory."""
        return cls(tf.convert_to_tensor(x), tf.convert_to_tensor(y), divisor)

    def __len__(self) -> int:
        return int(self.x.shape[0])

    def take(self, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the images, as the network gets them, and labels at these indices (n,)."""
        images = tf.cast(tf.gather(self.x, rows), keras.config.floatx())
        return images / self.divisor, tf.gather(self.y, rows)


class Trainer:
    """A model, its training images, and the compiled function that trains many batches."""

    def __init__(
        self,
        model: keras.Model,
        examples: Examples,
        batch_size: int,
        interrupt: Interrupt | None = None,
    ) -> None:
        self._model = model
        self._examples = examples
        self._batch_size = batch_size
        self._count = 1  # batches of the next call
        self._batch_seconds = math.inf  # of the last call; the first call includes compiling
        self.compiling_seconds = 0.0
        """Seconds of the last call, with its training, if it compiled the network; else 0."""
        self._parts = cores.parts()
        model.optimizer.build(model.trainable_variables)
        compiled = compiles_well(model)
        if not compiled:
            _compile_normalizations(model)
        small = compiled or batch_size < LARGE_BATCH or model.count_params() > MOST_COPIED
        self._interrupt = None if small else interrupt
        if self._interrupt is not None:
            self._interrupt.watch(model)
        self._train_steps = tf.function(self._steps, jit_compile=compiled, autograph=False)

    def train(self, order: NDArray[np.int32], progress: Progress) -> Iterator[None]:
        """Train the rest of an epoch, from `progress` on. Yields after every call.

        The last batch may be smaller, as in Keras. The very first batch of a run is trained without
        compiling, so that the first point appears before the compiler has finished.
        """
        for before, rows in self._batches(order):
            while (first := progress.step - before) < len(rows):
                began, compiled = time.perf_counter(), self._compilations()
                last = min(len(rows), first + self._count)
                with self._restoring_if_interrupted(progress):
                    if progress.epoch == progress.step == 0:
                        last, sums = 1, self._train_on_batch(tf.constant(rows[0]))
                    else:
                        sums = self._train_steps(rows, tf.constant(first), tf.constant(last))
                progress.note(before + last, progress.sums + sums.numpy())
                seconds = time.perf_counter() - began
                self.compiling_seconds = seconds if self._compilations() > compiled else 0.0
                self._adapt(last - first, seconds)
                yield

    def _compilations(self) -> int:
        """Return for how many shapes of batches the function has been compiled."""
        return int(self._train_steps.experimental_get_tracing_count())

    @contextmanager
    def _restoring_if_interrupted(self, progress: Progress) -> Iterator[None]:
        """Run an interruptible call, if it is likely to be long. Raises Interrupted."""
        if self._interrupt is None or self._batch_seconds < LONG_SECONDS:
            yield
            return
        before = checkpoint.capture(self._model, progress)
        try:
            with self._interrupt.armed():
                yield
        except Interrupted:
            checkpoint.restore(self._model, before)
            raise

    def _batches(self, order: NDArray[np.int32]) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Return the order as full batches (steps, batch size), then the smaller last one, if any.

        Each comes with the number of batches before it.
        """
        whole = len(order) // self._batch_size * self._batch_size
        yield 0, order[:whole].reshape(-1, self._batch_size)
        if whole < len(order):
            yield whole // self._batch_size, order[np.newaxis, whole:]

    def _adapt(self, steps: int, seconds: float) -> None:
        """Adapt the length of the next call to the pace; this one may have included compiling."""
        self._batch_seconds = seconds / steps
        self._count = max(1, min(4 * steps, int(PACE_SECONDS / self._batch_seconds)))

    def _steps(self, rows: tf.Tensor, first: tf.Tensor, last: tf.Tensor) -> tf.Tensor:
        """Train batches `first` to before `last`; return their sums."""

        def train(step: tf.Tensor, sums: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return step + 1, sums + self._train_on_batch(rows[step])

        nothing = tf.zeros(3, tf.float64)
        return tf.while_loop(lambda step, _sums: step < last, train, (first, nothing))[1]

    def _train_on_batch(self, rows: tf.Tensor) -> tf.Tensor:
        """Do one gradient step on the images at these indices; return their sums.

        Each part of the batch (`cores.py`) contributes to the gradient in proportion to its size.
        """
        images = int(rows.shape[0])
        spans = _spans(images, self._parts)
        found = [self._gradient(rows[first:last], (last - first) / images) for first, last in spans]
        slopes, sums = zip(*found, strict=True)
        gradients = [tf.add_n(shares) for shares in zip(*slopes, strict=True)]
        self._model.optimizer.apply(gradients, self._model.trainable_weights)
        return tf.add_n(sums)

    def _gradient(self, rows: tf.Tensor, share: float) -> tuple[list[tf.Tensor], tf.Tensor]:
        """Return the gradient for the images at these indices, times their share, and the sums."""
        model = self._model
        x, y = self._examples.take(rows)
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = model.compute_loss(x, y, outputs, training=True)
            shared = loss * share
        return tape.gradient(shared, model.trainable_weights), _sums(loss, outputs, y)


class Tester:
    """A model, and the compiled function that tests many images."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._parts = cores.parts()
        self._test_batch = tf.function(self._test, autograph=False)

    def test(self, examples: Examples) -> dict[str, float]:
        """Return the means over images that are not trained on."""
        rows = np.arange(len(examples), dtype=np.int32)
        batches = [rows[at : at + TEST_BATCH] for at in range(0, len(rows), TEST_BATCH)]
        sums = [self._test_batch(*examples.take(tf.constant(batch))).numpy() for batch in batches]
        return means(np.sum(sums, axis=0))

    def _test(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        """Return the sums of a batch, computed in parts by all cores (`cores.py`)."""
        spans = _spans(int(x.shape[0]), self._parts)
        return tf.add_n([self._test_part(x[first:last], y[first:last]) for first, last in spans])

    def _test_part(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        outputs = self._model(x, training=False)
        return _sums(self._model.compute_loss(x, y, outputs, training=False), outputs, y)


def compiles_well(model: keras.Model) -> bool:
    """Return whether XLA makes the model faster; see `COMPILED`."""
    return all(isinstance(layer, COMPILED) for layer in model.layers)


def _compile_normalizations(model: keras.Model) -> None:
    """Compile the batch normalizations of a network that is not compiled as a whole.

    TensorFlow reads the images a dozen times where compiled code does it in a few (docs/results.md,
    "Constants and their sources").
    """
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.call = tf.function(layer.call, jit_compile=True, autograph=False)


def _spans(images: int, parts: int) -> list[tuple[int, int]]:
    """Return start and end of so many parts of about the same size, none of them empty."""
    ends = [images * part // parts for part in range(parts + 1)]
    return [(first, last) for first, last in pairwise(ends) if last > first]


def _sums(loss: tf.Tensor, outputs: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Return the sums of a batch, (3,) float64, from its mean loss, outputs and labels (n, 10)."""
    right = tf.equal(tf.argmax(outputs, axis=-1), tf.argmax(y, axis=-1))
    images = tf.cast(tf.shape(y)[0], tf.float64)
    return tf.stack(
        [
            tf.cast(loss, tf.float64) * images,
            tf.reduce_sum(tf.cast(right, tf.float64)),
            images,
        ]
    )


def means(sums: Sums | tuple[float, float, float]) -> dict[str, float]:
    """Return loss and accuracy as Keras reports them: the means over the images so far.

    Without a finite loss the accuracy is NaN: Keras takes ten outputs of NaN for a 0, which is
    right for a tenth of the images and could pass for the best epoch.
    """
    loss, right, images = sums
    if not math.isfinite(loss):
        return {"loss": float(loss / images), "accuracy": math.nan}
    return {"loss": float(loss / images), "accuracy": float(right / images)}
