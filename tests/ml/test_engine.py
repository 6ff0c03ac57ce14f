"""The fast fit against Keras' own: the same steps, the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from tests.ml.learning import SMALL, Configure, Listener
from webapp.ml import digits, engine, network
from webapp.ml.process import cores
from webapp.schemas.config import RunConfig
from webapp.schemas.losses import LOSSES
from webapp.schemas.optimizers import OPTIMIZERS

BATCH = 32  # of 110 images: three whole batches and a smaller one

FEW_STEPS = 30
"""As long as Keras trains no more of them, it takes longer to make a graph of its step than to do
without."""

DENSE: list[dict[str, Any]] = [
    {"type": "Flatten"},
    {"type": "Dense", "units": 12, "activation": "relu", "kernel_regularizer": "l2"},
    {"type": "BatchNormalization"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
CONVOLUTIONAL: list[dict[str, Any]] = [
    {"type": "Conv2D", "filters": 4, "kernel_size": 5, "strides": 2, "activation": "relu"},
    {"type": "BatchNormalization"},
    {"type": "MaxPooling2D"},
    {"type": "Conv2D", "filters": 6, "kernel_size": 3, "padding": "same"},
    {"type": "AveragePooling2D"},
    {"type": "Flatten"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


@pytest.fixture
def float64() -> Iterator[None]:
    """Networks made meanwhile compute in double precision."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@pytest.fixture(scope="module")
def data(raw: digits.Digits) -> tuple[digits.Floats, digits.Floats]:
    """110 digits as a network takes them."""
    return digits.scaled(raw.x_train[:110], True), digits.one_hot(raw.y_train[:110])


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Remembers the numbers of every epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epochs.append(dict(logs))


def fresh(config: RunConfig) -> Any:
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    return model


def both(config: RunConfig, x: Any, y: Any, **fit: Any) -> tuple[Any, Keeper, Any, Keeper]:
    """The same network trained by Keras and by the engine, without shuffling."""
    plain, fast = fresh(config), fresh(config)
    expected, actual = Keeper(), Keeper()
    fit = {"batch_size": BATCH, "epochs": 2, "shuffle": False, **fit}
    plain.run_eagerly = fit["epochs"] * len(x) / fit["batch_size"] <= FEW_STEPS
    plain.fit(x, y, **fit, callbacks=[expected], verbose=0)
    engine.fit(fast, x, y, **fit, seed=1, callbacks=[actual])
    return plain, expected, fast, actual


def assert_same(config: RunConfig, x: Any, y: Any) -> None:
    plain, expected, fast, actual = both(config, x, y, validation_split=0.2)
    for one, two in zip(actual.epochs, expected.epochs, strict=True):
        assert one == pytest.approx(two, rel=1e-4, abs=1e-9)
    for one, two in zip(fast.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-9)
    for one, two in zip(fast.optimizer.variables, plain.optimizer.variables, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("layers", [DENSE, CONVOLUTIONAL], ids=["dense", "convolutional"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: str(one.__name__))
def test_every_optimizer_does_as_in_keras(
    configure: Configure, data: Any, float64: None, optimizer: Any, layers: Any
) -> None:
    assert_same(configure(layers, compile={"optimizer": {"name": optimizer.__name__}}), *data)


@pytest.mark.parametrize("batch_size", [BATCH, 2])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_parts_of_a_batch_do_as_the_whole(
    configure: Configure,
    data: Any,
    float64: None,
    monkeypatch: pytest.MonkeyPatch,
    optimizer: str,
    batch_size: int,
) -> None:
    monkeypatch.setattr(cores, "parts", lambda: 3)
    layers = [
        {"type": "Conv2D", "filters": 4, "kernel_size": 5, "kernel_regularizer": "l2"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ]
    config = configure(layers, compile={"optimizer": {"name": optimizer}})
    plain, expected, fast, actual = both(config, *data, batch_size=batch_size, validation_split=0.2)
    for one, two in zip(actual.epochs, expected.epochs, strict=True):
        assert one == pytest.approx(two, rel=1e-4, abs=1e-9)
    for one, two in zip(fast.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: str(loss.keras_class))
def test_every_loss_does_as_in_keras(
    configure: Configure, data: Any, float64: None, loss: Any
) -> None:
    assert_same(configure(DENSE, compile={"loss": loss.model_fields["name"].default}), *data)


@pytest.mark.parametrize(
    "optimizer",
    [
        {"name": "SGD", "momentum": 0.9, "nesterov": True},
        {"name": "RMSprop", "momentum": 0.5, "centered": True},
        {"name": "AdamW", "weight_decay": 0.1, "clipnorm": 0.5},
    ],
)
def test_so_do_their_arguments(
    configure: Configure, data: Any, float64: None, optimizer: dict[str, Any]
) -> None:
    assert_same(configure(DENSE, compile={"optimizer": optimizer}), *data)


@pytest.mark.parametrize("layers", [DENSE, CONVOLUTIONAL], ids=["dense", "convolutional"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: str(one.__name__))
def test_ten_steps_agree_in_single_precision(
    configure: Configure, data: Any, optimizer: Any, layers: Any
) -> None:
    config = configure(layers, compile={"optimizer": {"name": optimizer.__name__}})
    plain, expected, fast, actual = both(config, *data, batch_size=11, epochs=1)
    for one, two in zip(fast.get_weights(), plain.get_weights(), strict=True):
        assert np.linalg.norm(one - two) <= 1e-4 * np.linalg.norm(two)
    assert actual.epochs[0]["loss"] == pytest.approx(expected.epochs[0]["loss"], rel=0.01)


def test_pixels_are_divided_as_their_batch_comes_up(
    configure: Configure, raw: digits.Digits, data: Any
) -> None:
    ends = []
    fit: dict[str, Any] = {"batch_size": BATCH, "epochs": 1, "validation_split": 0.2, "seed": 1}
    for images, divisor in ((raw.x_train[:110, ..., np.newaxis], 255.0), (data[0], 1.0)):
        model = fresh(configure(SMALL))
        actual = Keeper()
        engine.fit(model, images, data[1], divisor=divisor, callbacks=[actual], **fit)
        ends.append((model.get_weights(), actual.epochs[0]))
    assert ends[0][1] == pytest.approx(ends[1][1], rel=1e-5)
    for one, two in zip(ends[0][0], ends[1][0], strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("batch_size", [1, 110, 1000])
def test_batches_of_one_and_of_all(configure: Configure, data: Any, batch_size: int) -> None:
    _, expected, _, actual = both(configure(DENSE), *data, batch_size=batch_size, epochs=1)
    assert actual.epochs[0] == pytest.approx(expected.epochs[0], rel=0.01)


DROPOUT = [SMALL[0], SMALL[1], {"type": "Dropout", "rate": 0.5}, SMALL[2]]
SHAKEN = [
    {"type": "RandomRotation", "factor": 0.1},
    {"type": "Conv2D", "filters": 2, "kernel_size": 3},
    *DROPOUT,
]


@pytest.mark.parametrize("layers", [DROPOUT, SHAKEN], ids=["compiled", "not compiled"])
def test_how_many_batches_a_call_trains_changes_nothing(
    configure: Configure, raw: digits.Digits, monkeypatch: pytest.MonkeyPatch, layers: Any
) -> None:
    config = configure(layers, fit={"epochs": 2, "batch_size": 20})
    prepared = digits.prepare_training(raw, config.dataset)
    ends = []
    for pace in (0.0, 0.0, 1000.0):
        monkeypatch.setattr(engine, "PACE_SECONDS", pace)
        model, actual = fresh(config), Listener()
        network.fit(model, prepared, config.fit, actual, seed=1)
        ends.append((model.get_weights(), actual))
    for weights, actual in ends[1:]:
        for one, two in zip(weights, ends[0][0], strict=True):
            np.testing.assert_array_equal(one, two)
        assert [one.loss for one in actual.epochs] == [one.loss for one in ends[0][1].epochs]
    assert len(ends[0][1].batches) == 2 * 14 > 2 * len(ends[2][1].batches)


def test_every_epoch_has_an_order_of_its_own() -> None:
    first, second = (engine.order_of(epoch, 50, True, 7) for epoch in (0, 1))
    assert sorted(first) == sorted(second) == list(range(50))
    assert list(first) != list(second)
    assert list(first) == list(engine.order_of(0, 50, True, 7))
    assert list(first) != list(engine.order_of(0, 50, True, 8))
    assert list(engine.order_of(3, 4, False, 7)) == [0, 1, 2, 3]


def test_only_what_it_makes_faster_is_compiled(configure: Configure) -> None:
    assert engine.compiles_well(fresh(configure(DENSE)))
    assert not engine.compiles_well(fresh(configure(CONVOLUTIONAL)))
    assert not engine.compiles_well(fresh(configure(SHAKEN)))


def test_the_learning_rate_may_change_between_two_calls(configure: Configure, data: Any) -> None:
    config = configure(SMALL, compile={"optimizer": {"name": "SGD", "learning_rate": 0.1}})
    model = fresh(config)

    class Freeze(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            weights.append(self.model.get_weights()[0])
            self.model.optimizer.learning_rate = 0.1 if epoch < 1 else 0.0

    weights: list[Any] = []
    engine.fit(model, *data, batch_size=50, epochs=3, seed=1, callbacks=[Freeze()])
    assert not np.array_equal(weights[0], weights[1])
    np.testing.assert_array_equal(weights[1], weights[2])


@pytest.mark.parametrize("parts", [1, 3])
def test_testing_does_as_in_keras(
    configure: Configure, raw: digits.Digits, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    monkeypatch.setattr(cores, "parts", lambda: parts)
    monkeypatch.setattr(engine, "TEST_BATCH", 67)  # the last one has a single image
    model = fresh(configure(CONVOLUTIONAL))
    x, y = digits.scaled(raw.x_test[:202], True), digits.one_hot(raw.y_test[:202])
    expected = model.evaluate(x, y, verbose=0, return_dict=True)
    assert engine.evaluate(model, x, y) == pytest.approx(expected, rel=1e-5)
