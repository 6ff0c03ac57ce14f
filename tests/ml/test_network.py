"""The lecture's steps with a real Keras: every activation, loss, optimizer and layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.ml.learning import SMALL, Configure, Listener
from webapp.configuration import shapes
from webapp.ml import digits, network
from webapp.ml.process.failure import Failure
from webapp.schemas.config import RunConfig
from webapp.schemas.layers import LAYERS
from webapp.schemas.losses import LOSSES
from webapp.schemas.names import ACTIVATIONS, INITIALIZERS
from webapp.schemas.optimizers import OPTIMIZERS


def train(
    config: RunConfig, raw: digits.Digits, listener: Listener | None = None
) -> tuple[Any, Listener, list[Any]]:
    """Build, compile, fit: the model, the listener, and the initial weights."""
    listener = listener or Listener()
    model = network.build(config.layers, config.seed)
    network.compile(model, config.compile)
    before = model.get_weights()
    data = digits.prepare_training(raw, config.dataset)
    network.fit(model, data, config.fit, listener, seed=config.seed or 0)
    return model, listener, before


def learned(model: Any, before: list[Any]) -> bool:
    """Whether weights changed, and are numbers still."""
    after = model.get_weights()
    finite = all(np.isfinite(array).all() for array in after)
    return finite and any(not np.array_equal(a, b) for a, b in zip(after, before, strict=True))


NO_VALIDATION = {"validation_split": 0}


def two(activation: str) -> list[dict[str, Any]]:
    dense = {"type": "Dense", "units": 12, "activation": activation}
    return [{"type": "Flatten"}, dense, SMALL[-1]]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_trains(configure: Configure, raw: digits.Digits, name: str) -> None:
    model, received, before = train(configure(two(name), fit=NO_VALIDATION), raw)
    assert learned(model, before)
    assert received.epochs[0].loss is not None
    assert model.layers[1].activation is keras.activations.get(name)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: str(loss.keras_class))
def test_every_loss_trains(configure: Configure, raw: digits.Digits, loss: Any) -> None:
    name = loss.model_fields["name"].default
    model, received, before = train(configure(compile={"loss": name}, fit=NO_VALIDATION), raw)
    assert learned(model, before)
    assert received.epochs[0].loss is not None
    assert type(model.loss) is getattr(keras.losses, loss.keras_class)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: str(one.__name__))
def test_every_optimizer_trains(configure: Configure, raw: digits.Digits, optimizer: Any) -> None:
    name = optimizer.__name__
    config = configure(compile={"optimizer": {"name": name}}, fit=NO_VALIDATION)
    model, received, before = train(config, raw)
    assert learned(model, before)
    assert received.epochs[0].loss is not None
    assert type(model.optimizer).__name__ == name


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_builds(configure: Configure, name: str) -> None:
    dense = {"type": "Dense", "units": 10, "kernel_initializer": name, "bias_initializer": "zeros"}
    model = network.build(configure([{"type": "Flatten"}, dense]).layers, 1)
    wanted = type(keras.initializers.get(name))
    assert type(model.layers[1].kernel_initializer) is wanted


EVERY_LAYER: list[dict[str, Any]] = [
    {"type": "RandomRotation", "factor": 0.03, "fill_mode": "constant"},
    {"type": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1},
    {"type": "RandomZoom", "height_factor": 0.1},
    {"type": "GaussianNoise", "stddev": 0.1},
    {"type": "Conv2D", "filters": 4, "kernel_size": [3, 5], "strides": 2, "padding": "same"},
    {"type": "BatchNormalization"},
    {"type": "Activation", "activation": "relu"},
    {"type": "MaxPooling2D"},
    {"type": "AveragePooling2D", "pool_size": 2, "strides": 1},
    {"type": "GlobalAveragePooling2D"},
    {"type": "Flatten"},
    {"type": "Dropout", "rate": 0.2},
    {
        "type": "Dense",
        "units": 10,
        "activation": "softmax",
        "kernel_regularizer": {"name": "L1L2", "l1": 0.001, "l2": 0.01},
        "activity_regularizer": "l2",
    },
]


def test_every_layer_trains_and_has_the_shape_we_reported(
    configure: Configure, raw: digits.Digits
) -> None:
    assert {layer["type"] for layer in EVERY_LAYER} == {one.__name__ for one in LAYERS}
    config = configure(EVERY_LAYER)
    model, _, before = train(config, raw)
    assert learned(model, before)
    measured, faults = shapes.measure(config.layers)
    assert faults == []
    assert [tuple(layer.output.shape[1:]) for layer in model.layers] == [
        one.output_shape for one in measured
    ]
    assert model.count_params() == sum(one.params for one in measured)
    assert model.layers[-1].kernel_regularizer.get_config()["l2"] == pytest.approx(0.01)


def test_fit_reports_batches_and_every_epoch(
    configure: Configure, raw: digits.Digits, every_batch: None
) -> None:
    config = configure(fit={"epochs": 2, "validation_split": 0.1, "batch_size": 50})
    _, received, _ = train(config, raw)
    assert [one[:3] for one in received.batches] == [
        (epoch, step, 6) for epoch in (1, 2) for step in range(1, 7)
    ]
    assert [one.epoch for one in received.epochs] == [1, 2]
    last = received.epochs[-1]
    assert last.loss == pytest.approx(received.batches[-1][3])
    assert last.val_loss is not None and 0 <= (last.val_accuracy or -1) <= 1
    assert last.learning_rate == 0.001
    assert last.seconds > 0
    assert last.samples_per_second == pytest.approx(270 / last.seconds)
    assert not last.diverged


def test_without_validation_there_is_none(configure: Configure, raw: digits.Digits) -> None:
    _, received, _ = train(configure(fit={"validation_split": 0}), raw)
    assert received.epochs[0].val_loss is received.epochs[0].val_accuracy is None
    assert not received.epochs[0].diverged


def test_the_same_seed_gives_the_same_run(configure: Configure, raw: digits.Digits) -> None:
    layers = [*EVERY_LAYER[:1], SMALL[0], {"type": "Dropout", "rate": 0.3}, *SMALL[1:]]
    first = train(configure(layers), raw)
    again = train(configure(layers), raw)
    other = train(configure(layers, seed=2), raw)
    assert first[1].batches == again[1].batches
    for one, two in zip(first[0].get_weights(), again[0].get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert first[1].batches != other[1].batches


def test_a_listener_may_stop_in_mid_epoch(
    configure: Configure, raw: digits.Digits, every_batch: None
) -> None:
    config = configure(fit={"epochs": 3})
    _, received, _ = train(config, raw, Listener(stop_at=(2, 3)))
    assert received.batches[-1][:2] == (2, 3)
    assert [one.epoch for one in received.epochs] == [1]


def test_a_listener_may_stop_after_an_epoch(configure: Configure, raw: digits.Digits) -> None:
    config = configure(fit={"epochs": 3})
    _, received, _ = train(config, raw, Listener(stop_at=(2, None)))
    assert [one.epoch for one in received.epochs] == [1, 2]


def test_early_stopping_goes_back_to_the_best(configure: Configure, raw: digits.Digits) -> None:
    stopping = {"monitor": "val_loss", "patience": 1, "min_delta": 1000, "restore_best": True}
    config = configure(fit={"epochs": 10, "early_stopping": stopping})
    model, received, _ = train(config, raw)
    assert [one.epoch for one in received.epochs] == [1, 2]
    tail = digits.scaled(raw.x_train[270:300], True), digits.one_hot(raw.y_train[270:300])
    loss, _ = network.evaluate(model, *tail)
    assert loss == pytest.approx(received.epochs[0].val_loss, rel=1e-4)


def test_a_stop_in_mid_epoch_goes_back_to_the_best_as_well(
    configure: Configure, raw: digits.Digits, every_batch: None
) -> None:
    stopping = {"monitor": "loss", "patience": 5, "restore_best": True}
    config = configure(fit={"epochs": 4, "early_stopping": stopping})
    stopped, _, _ = train(config, raw, Listener(stop_at=(2, 3)))
    whole, _, _ = train(configure(fit={"epochs": 1}), raw)
    for one, two in zip(stopped.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_the_learning_rate_falls_on_a_plateau(configure: Configure, raw: digits.Digits) -> None:
    plateau = {"monitor": "loss", "factor": 0.5, "patience": 1, "min_delta": 1000.0}
    _, received, _ = train(configure(fit={"epochs": 3, "reduce_lr_on_plateau": plateau}), raw)
    assert [one.learning_rate for one in received.epochs] == [0.001, 0.001, 0.0005]


def test_a_diverged_run_goes_on_without_numbers_or_answers(
    configure: Configure, raw: digits.Digits
) -> None:
    optimizer = {"name": "SGD", "learning_rate": 1e30}
    config = configure(two("linear"), compile={"optimizer": optimizer}, fit={"epochs": 2})
    model, received, _ = train(config, raw)
    assert [one.epoch for one in received.epochs] == [1, 2]
    assert received.epochs[-1].diverged and received.epochs[-1].loss is None
    last = received.epochs[-1]
    assert last.accuracy is None and last.val_accuracy is None, "or it might pass for the best"
    x, y = digits.prepare_test(raw, config.dataset)
    assert np.isnan(network.evaluate(model, x, y)).all()
    with pytest.raises(Failure):
        network.predict(model, x[:3])


def test_evaluate_and_predict(configure: Configure, raw: digits.Digits) -> None:
    quick = {"optimizer": {"name": "Adam", "learning_rate": 0.01}}
    config = configure(dataset={"train_samples": 600}, fit={"epochs": 4}, compile=quick)
    model, _, _ = train(config, raw)
    x, y = digits.prepare_test(raw, config.dataset)
    loss, accuracy = network.evaluate(model, x, y)
    rows = network.predict(model, x)
    assert rows.shape == (1000, 10) and rows.dtype == np.float32
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)
    assert accuracy == pytest.approx((rows.argmax(1) == y.argmax(1)).mean(), abs=1e-6)
    assert accuracy > 0.7
    assert 0 < loss < 2


def test_save_and_load(configure: Configure, raw: digits.Digits, tmp_path: Path) -> None:
    config = configure()
    model, _, _ = train(config, raw)
    network.save(model, tmp_path / "model.keras")
    again = network.load(tmp_path / "model.keras")
    x = digits.scaled(raw.x_test[:20], True)
    np.testing.assert_allclose(network.predict(again, x), network.predict(model, x), rtol=1e-6)


@pytest.mark.parametrize(
    ("outputs", "wanted"),
    [
        ([0.2] * 5 + [0.0] * 5, [0.2] * 5 + [0.0] * 5),
        ([-1.0, 3.0, 1.0] + [-5.0] * 7, [0, 0.75, 0.25] + [0] * 7),
        ([0.0] * 10, [0.1] * 10),
        ([3e38] * 10, [0.1] * 10),
    ],
)
def test_probabilities_of_any_output(outputs: list[float], wanted: list[float]) -> None:
    rows = network.probabilities(np.array([outputs], dtype=np.float32))
    np.testing.assert_allclose(rows[0], wanted, atol=1e-6)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_outputs_that_are_not_finite_are_no_answer(odd: float) -> None:
    rows = np.ones((2, 10), dtype=np.float32)
    rows[1, 3] = odd
    with pytest.raises(Failure) as refused:
        network.probabilities(rows)
    assert (refused.value.code, refused.value.expected) == ("not_finite", True)


def test_probabilities_keep_the_order_where_all_are_negative() -> None:
    outputs = -np.arange(1, 11, dtype=np.float32)[np.newaxis] * 100
    rows = network.probabilities(outputs)
    assert rows.argmax() == 0 and rows.sum() == pytest.approx(1)
