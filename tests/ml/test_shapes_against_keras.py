"""What is said without Keras, held against Keras: shapes, weights, names, defaults, bounds.

The whole module starts TensorFlow once and trains nothing.
"""

from __future__ import annotations

import inspect
import math
import random
from typing import Any

import pytest

from webapp.configuration.shapes import INPUT, measure
from webapp.schemas.augmentation import RandomMove
from webapp.schemas.config import EarlyStopping, ReduceLROnPlateau, RunConfig
from webapp.schemas.layers import LAYERS
from webapp.schemas.losses import LOSSES
from webapp.schemas.names import ACTIVATIONS, INITIALIZERS
from webapp.schemas.optimizers import OPTIMIZERS
from webapp.schemas.parts import KerasPart, LayerPart
from webapp.schemas.regularizers import REGULARIZERS

keras = pytest.importorskip("keras")

FLATTEN = {"type": "Flatten"}
RENAMED = {"restore_best": "restore_best_weights"}
NEARLY = {"linear": None, 2: (2, 2), 1: (1, 1)}
"""Our defaults that mean the same as Keras' own."""

ADDED = {("AveragePooling2D", "pool_size")}
"""Where we have a default and Keras has none."""


def suggested(part: type[KerasPart]) -> dict[str, Any]:
    """Every required argument with what the form starts with."""
    found = {}
    for name, field in part.model_fields.items():
        if field.is_required():
            assert isinstance(field.json_schema_extra, dict)
            found[name] = field.json_schema_extra["suggested"]
    return found


def arguments(part: KerasPart) -> dict[str, Any]:
    """The arguments with regularizers as Keras' objects."""
    return {name: _object(value) for name, value in part.keras_arguments().items()}


def _object(value: Any) -> Any:
    if isinstance(value, dict):
        value = dict(value)
        return getattr(keras.regularizers, value.pop("name"))(**value)
    return value


def same_as_keras(layers: list[dict[str, Any]]) -> None:
    """Build both and compare every layer's output shape and number of weights."""
    config = RunConfig.model_validate({"layers": layers})
    measured, _ = measure(config.layers)
    tensor = keras.Input(INPUT)
    for index, layer in enumerate(config.layers):
        built = getattr(keras.layers, type(layer).__name__)(**arguments(layer))
        try:
            tensor = built(tensor)
        except ValueError:
            assert len(measured) == index, f"Keras refuses layer {index} of {layers}"
            return
        if index == len(measured) and isinstance(layer, RandomMove):
            return  # Keras does not look at the shape before it gets an image, and then fails
        assert index < len(measured), f"Keras takes layer {index} of {layers}"
        assert tensor.shape[1:] == measured[index].output_shape
        assert built.count_params() == measured[index].params
        learns = sum(math.prod(weight.shape) for weight in built.trainable_weights)
        assert learns == measured[index].trainable


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [1, 3, 5, [2, 7], 28])
@pytest.mark.parametrize("strides", [1, 2, [3, 1], 28])
def test_windows(size: Any, strides: Any, padding: str) -> None:
    window = {"strides": strides, "padding": padding}
    same_as_keras([{"type": "Conv2D", "filters": 3, "kernel_size": size, **window}])
    same_as_keras([{"type": "MaxPooling2D", "pool_size": size, **window}])
    same_as_keras([{"type": "AveragePooling2D", "pool_size": size, **window}])


LITTLE: list[dict[str, Any]] = [
    {"type": "Conv2D", "filters": 3, "kernel_size": 3},
    {"type": "Conv2D", "filters": 2, "kernel_size": [5, 1], "use_bias": False, "strides": 2},
    {"type": "Conv2D", "filters": 2, "kernel_size": 8, "kernel_regularizer": "l1_l2"},
    {"type": "MaxPooling2D"},
    {"type": "AveragePooling2D", "pool_size": 3, "padding": "same"},
    {"type": "BatchNormalization"},
    {"type": "BatchNormalization", "center": False},
    {"type": "BatchNormalization", "center": False, "scale": False},
    {"type": "Dropout", "rate": 0.5},
    {"type": "GaussianNoise", "stddev": 0.1},
    {"type": "Activation", "activation": "softmax"},
    {"type": "RandomZoom", "height_factor": 0.1},
    {"type": "Dense", "units": 4},
    {"type": "GlobalAveragePooling2D"},
    FLATTEN,
]


@pytest.mark.parametrize("number", range(40))
def test_stacks(number: int) -> None:
    choose = random.Random(number)
    same_as_keras([choose.choice(LITTLE) for _ in range(7)] + [FLATTEN, LITTLE[-3]])


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_have_keras_names_and_defaults(layer: type[LayerPart]) -> None:
    same_as_keras([{"type": layer.__name__, **suggested(layer)}])
    _same_defaults(layer, getattr(keras.layers, layer.__name__))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers_have_keras_names_and_defaults(optimizer: type[KerasPart]) -> None:
    kind = getattr(keras.optimizers, optimizer.__name__)
    assert kind(**optimizer().keras_arguments())
    _same_defaults(optimizer, kind)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_have_keras_names_and_defaults(loss: Any) -> None:
    kind = getattr(keras.losses, loss.keras_class)
    name = loss.model_fields["name"].default
    labels, outputs = [[0.0] * 9 + [1.0]], [[0.05] * 9 + [0.55]]
    value = float(kind(**loss().keras_arguments())(labels, outputs))
    assert value == pytest.approx(float(keras.losses.get(name)(labels, outputs)[0]), abs=1e-6)
    _same_defaults(loss, kind)


@pytest.mark.parametrize("regularizer", REGULARIZERS)
def test_regularizers_have_keras_names_and_defaults(regularizer: type[KerasPart]) -> None:
    _same_defaults(regularizer, getattr(keras.regularizers, regularizer.__name__))


def test_callbacks_have_keras_names_and_defaults() -> None:
    _same_defaults(ReduceLROnPlateau, keras.callbacks.ReduceLROnPlateau)
    known = inspect.signature(keras.callbacks.EarlyStopping).parameters
    assert {RENAMED.get(name, name) for name in EarlyStopping.model_fields} <= set(known)


def test_every_name_is_keras() -> None:
    for name in ACTIVATIONS:
        assert keras.activations.get(name) is getattr(keras.activations, name)
    for name in INITIALIZERS:
        keras.initializers.get(name)((4, 4))


def _same_defaults(part: Any, kind: Any) -> None:
    """Each of our arguments is one of Keras', with the same default."""
    known = inspect.signature(kind.__init__).parameters
    for name, field in part.model_fields.items():
        if name in ("type", "name"):
            continue
        assert name in known, f"{kind} has no {name}"
        default = inspect.Parameter.empty if field.is_required() else field.default
        if (part.__name__, name) in ADDED:
            default = inspect.Parameter.empty
        theirs = known[name].default
        assert theirs in (default, NEARLY.get(default, default)), f"{kind} {name}: {theirs}"


@pytest.mark.parametrize("part", [*LAYERS, *OPTIMIZERS])
def test_keras_takes_the_ends_of_every_range(part: type[KerasPart]) -> None:
    """No number that we let through makes Keras refuse."""
    home = keras.layers if issubclass(part, LayerPart) else keras.optimizers
    for name, field in part.model_fields.items():
        for mark in field.metadata:
            for end in (getattr(mark, "min", None), getattr(mark, "max", None)):
                values = {**suggested(part), name: end}
                try:
                    made = part.model_validate(values)
                except ValueError:
                    continue
                getattr(home, part.__name__)(**arguments(made))
