"""How much memory training a configuration needs, told before it starts and without TensorFlow.

The estimate is of the largest resident size that the worker ever has. Its factors were fitted to
real runs; how far it was off is in docs/results.md, "Constants and their sources". A network whose
batches are divided among the cores (``ml/process/cores.py``) takes less than is estimated here.
``tests/configuration/test_memory.py`` checks the factors, ``tests/ml/test_memory.py`` measures one
run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from webapp.configuration.shapes import Measured
from webapp.schemas.config import RunConfig
from webapp.schemas.datasets import CLASSES, DATASETS, PIXELS, train_count
from webapp.schemas.layers import Layer
from webapp.schemas.marks import N_
from webapp.schemas.optimizers import OptimizerPart

BASE = 800_000_000
"""The process with TensorFlow and all digits, before it has a network; half of it is files of
libraries, which the system can reclaim."""

FLOAT = 4
"""The bytes of a float32."""

LABEL = CLASSES * FLOAT

AROUND_WEIGHTS = 16_000_000
"""The bytes of a checkpoint besides its weights: 400 for each array, and a few thousand; a
reserve."""

TESTED = 1000
"""The number of images that the engine tests at once, for any batch size."""

SLOTS = {
    "SGD": 0,
    "RMSprop": 1,
    "Adagrad": 1,
    "Adadelta": 2,
    "Adam": 2,
    "Adamax": 2,
    "Nadam": 2,
    "AdamW": 2,
    "Lion": 1,
}
"""The numbers that an optimizer keeps for each weight; some arguments add one."""

ONE_MORE = ("amsgrad", "centered", "momentum")

KEEPS = {"Flatten": 0, "Dropout": 3, "GaussianNoise": 2, "BatchNormalization": 3}
"""How many numbers a layer keeps for each output value, where it is not one."""

ACTIVATION_KEEPS = {
    "gelu": 5,
    "silu": 3,
    "hard_sigmoid": 2,
    "leaky_relu": 1,
    "sigmoid": 1,
    "softmax": 1,
    "softplus": 1,
    "softsign": 1,
}
"""How many more an activation keeps than relu: those that Keras computes in several steps."""

OVER = N_(
    "The training used %(used)s GB of memory; a run may use %(allowed)s GB on this machine, "
    "so it was ended."
)


def estimate(config: RunConfig, layers: Sequence[Measured]) -> int:
    """Return the bytes that training ``config`` needs, with its measured ``layers``.

    The first batch is trained without compiling, which keeps each dense layer's values before and
    after its activation. Later the compiled loop, and then the checkpoint, hold a copy of all
    weights and of the optimizer's state.
    """
    kept = _kept(config, layers)
    dense = sum(math.prod(layer.output_shape) for layer in layers if layer.type == "Dense")
    more = FLOAT * max(kept, _batch(config) * dense)
    return BASE + of_images(config) + of_weights(config, layers) + of_batch(config, layers) + more


def of_weights(config: RunConfig, layers: Sequence[Measured]) -> int:
    """Return the bytes of the weights, the optimizer's state, the gradients, and copies.

    The copies are those of the largest layer that initializers, matrix products and steps make.
    """
    trainable = sum(layer.trainable for layer in layers)
    largest = max(layer.params for layer in layers)
    return FLOAT * (_kept(config, layers) + trainable + 3 * largest)


def _kept(config: RunConfig, layers: Sequence[Measured]) -> int:
    """Return the numbers that outlive a step: a checkpoint's."""
    weights = sum(layer.params for layer in layers)
    trainable = sum(layer.trainable for layer in layers)
    return weights + slots(config.compile.optimizer) * trainable


def slots(optimizer: OptimizerPart) -> int:
    """Return how many numbers the optimizer keeps for each weight."""
    more = sum(bool(getattr(optimizer, argument, False)) for argument in ONE_MORE)
    return SLOTS[type(optimizer).__name__] + more


def of_checkpoint(config: RunConfig, params: int) -> int:
    """Return the most bytes of a checkpoint.

    The weights, those that early stopping may restore, and what the optimizer keeps for each;
    names, random states and progress.
    """
    return FLOAT * params * (2 + slots(config.compile.optimizer)) + AROUND_WEIGHTS


def of_batch(config: RunConfig, layers: Sequence[Measured]) -> int:
    """Return the bytes of a batch in the forward and backward pass, or of images in the test."""
    values = [PIXELS, *(math.prod(layer.output_shape) for layer in layers)]
    kept = 2 * PIXELS + sum(map(_values_kept, config.layers, layers))
    trained = _batch(config) * (kept + 3 * max(values))
    return FLOAT * max(trained, TESTED * max(map(sum, zip(values, values[1:], strict=False))))


def _values_kept(layer: Layer, measured: Measured) -> int:
    """Return the numbers that a layer keeps of each image until its gradient is computed."""
    times = KEEPS.get(measured.type, 1)
    if measured.type == "BatchNormalization" and len(measured.output_shape) > 1:
        times = 1  # for images it is compiled by itself, from the first batch on
    times += ACTIVATION_KEEPS.get(getattr(layer, "activation", ""), 0)
    return times * math.prod(measured.output_shape)


def _batch(config: RunConfig) -> int:
    """Return the number of images in the largest batch."""
    return min(config.fit.batch_size, config.trained_images)


def of_images(config: RunConfig) -> int:
    """Return the bytes of the training digits in TensorFlow's memory, and of the test's as float32,
    thrice.
    """
    test = DATASETS[config.dataset.name].test
    return train_count(config.dataset) * (PIXELS + 2 * LABEL) + 3 * test * PIXELS * FLOAT


def gigabytes(size: int) -> str:
    """Return a size for people: 0.6, 2.4, 41, 1,542."""
    return f"{size / 1e9:,.{0 if size >= 9.95e9 else 1}f}"
