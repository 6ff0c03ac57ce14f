"""Computes output shapes and numbers of weights of every layer, without TensorFlow.

Shapes leave out the batch: the input is (28, 28, 1). The formulas are those of Keras' layers (a
test compares them). A layer that cannot take its input raises ``ShapeMismatch``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from webapp.schemas import layers as kinds
from webapp.schemas.augmentation import RandomMove
from webapp.schemas.datasets import CLASSES, SIDE
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart
from webapp.schemas.problems import Fault

Shape = tuple[int, ...]

INPUT: Shape = (SIDE, SIDE, 1)
MAX_PARAMS = 100_000_000


class ShapeMismatch(Exception):
    """Raised when a layer cannot take its input; ``argument`` is the one at fault, or empty."""

    def __init__(self, argument: str, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.argument, self.msgid, self.values = argument, msgid, values


@dataclass(frozen=True)
class Measured:
    """The output of a layer: ``output_shape`` without the batch, and its numbers of weights.

    ``params`` counts all weights, ``trainable`` the trainable ones.
    """

    type: str
    output_shape: Shape
    params: int
    trainable: int


def measure(layers: Sequence[KerasPart]) -> tuple[list[Measured], list[Fault]]:
    """Measure every layer up to the first that does not fit, and return what is wrong."""
    measured: list[Measured] = []
    shape = INPUT
    for index, layer in enumerate(layers):
        try:
            shape, weights, trainable = _measure(layer, shape)
        except ShapeMismatch as error:
            path = f"layers[{index}]" + (f".{error.argument}" if error.argument else "")
            return measured, [Fault(path, error.msgid, error.values)]
        measured.append(Measured(type(layer).__name__, shape, weights, trainable))
    return measured, _faults_of_whole(layers, measured)


def text_of(shape: Shape) -> str:
    """Return a shape for people: 28×28×1."""
    return "×".join(str(side) for side in shape)


def _faults_of_whole(layers: Sequence[KerasPart], measured: Sequence[Measured]) -> list[Fault]:
    faults = []
    params = sum(layer.params for layer in measured)
    if params > MAX_PARAMS:
        msgid = N_("would have %(params)s weights; at most %(max)s are allowed")
        values = {"params": f"{params:,}", "max": f"{MAX_PARAMS:,}"}
        faults.append(Fault("layers", msgid, values))
    if measured[-1].output_shape != (CLASSES,):
        faults.append(_wrong_end(layers, measured[-1].output_shape))
    elif not any(layer.trainable for layer in measured):
        faults.append(Fault("layers", N_("has no layer that learns: add a Dense or Conv2D layer")))
    return faults


def _wrong_end(layers: Sequence[KerasPart], shape: Shape) -> Fault:
    layer, index = layers[-1], len(layers) - 1
    values = {"shape": text_of(shape), "units": shape[-1]}
    if len(shape) > 1:
        return _not_flat(layers, text_of(shape))
    if isinstance(layer, kinds.Dense):
        msgid = N_("must be 10 in the last layer, one per digit, not %(units)s")
        return Fault(f"layers[{index}].units", msgid, values)
    msgid = N_(
        "must end with 10 numbers, one per digit, but ends with %(shape)s; add a Dense layer "
        "with 10 neurons"
    )
    return Fault("layers", msgid, values)


def _not_flat(layers: Sequence[KerasPart], shape: str) -> Fault:
    """Return the fault of a network that ends with an image: where Flatten is missing."""
    index = _last_image(layers) + 1
    while index < len(layers) and not isinstance(layers[index], kinds.Dense):
        index += 1
    msgid = N_(
        "must end with 10 numbers, one per digit, but ends with %(shape)s; put Flatten "
        "before Dense (layer %(number)s)"
    )
    if index == len(layers):
        msgid = N_(
            "must end with 10 numbers, one per digit, but ends with %(shape)s; add Flatten "
            "and a Dense layer with 10 neurons"
        )
    return Fault("layers", msgid, {"shape": shape, "number": index + 1})


def _last_image(layers: Sequence[KerasPart]) -> int:
    """Return the index of the last layer that needs an image, or -1."""
    needs = (kinds.Conv2D, kinds.Pooling, RandomMove)
    return max((at for at, layer in enumerate(layers) if isinstance(layer, needs)), default=-1)


@singledispatch
def _measure(layer: KerasPart, shape: Shape) -> tuple[Shape, int, int]:
    """Return output shape, all and trainable weights. Raises ShapeMismatch. Default: no change."""
    return shape, 0, 0


@_measure.register
def _flatten(layer: kinds.Flatten, shape: Shape) -> tuple[Shape, int, int]:
    return (math.prod(shape),), 0, 0


@_measure.register
def _dense(layer: kinds.Dense, shape: Shape) -> tuple[Shape, int, int]:
    weights = layer.units * (shape[-1] + layer.use_bias)
    return (*shape[:-1], layer.units), weights, weights


@_measure.register
def _conv2d(layer: kinds.Conv2D, shape: Shape) -> tuple[Shape, int, int]:
    height, width, channels = _image(shape)
    kernel = _pair(layer.kernel_size)
    sides = _slide((height, width), kernel, _pair(layer.strides), layer.padding, "kernel_size")
    weights = layer.filters * (kernel[0] * kernel[1] * channels + layer.use_bias)
    return (*sides, layer.filters), weights, weights


@_measure.register
def _pooling(layer: kinds.Pooling, shape: Shape) -> tuple[Shape, int, int]:
    height, width, channels = _image(shape)
    window = _pair(layer.pool_size)
    strides = window if layer.strides is None else _pair(layer.strides)
    sides = _slide((height, width), window, strides, layer.padding, "pool_size")
    return (*sides, channels), 0, 0


@_measure.register
def _global_pooling(layer: kinds.GlobalAveragePooling2D, shape: Shape) -> tuple[Shape, int, int]:
    return (_image(shape)[2],), 0, 0


@_measure.register
def _batch_normalization(layer: kinds.BatchNormalization, shape: Shape) -> tuple[Shape, int, int]:
    trainable = shape[-1] * (layer.center + layer.scale)
    return shape, trainable + 2 * shape[-1], trainable


@_measure.register
def _random_move(layer: RandomMove, shape: Shape) -> tuple[Shape, int, int]:
    _image(shape)
    return shape, 0, 0


def _image(shape: Shape) -> tuple[int, int, int]:
    """Return ``shape`` as height, width, channels. Raises ShapeMismatch when it is none."""
    if len(shape) != 3:
        msgid = N_(
            "needs an image, but its input is a row of %(shape)s numbers; put it before Flatten"
        )
        raise ShapeMismatch("", msgid, shape=text_of(shape))
    return shape[0], shape[1], shape[2]


def _slide(
    sides: tuple[int, int],
    window: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    argument: str,
) -> tuple[int, int]:
    """Return height and width after a window has slid over an image."""
    if padding == "same":
        return math.ceil(sides[0] / strides[0]), math.ceil(sides[1] / strides[1])
    if window[0] > sides[0] or window[1] > sides[1]:
        msgid = N_("is larger than the image, which is %(shape)s here")
        raise ShapeMismatch(argument, msgid, shape=text_of(sides))
    return (sides[0] - window[0]) // strides[0] + 1, (sides[1] - window[1]) // strides[1] + 1


def _pair(value: int | list[int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[1])
