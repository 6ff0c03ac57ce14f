"""The view `evidence` of real, tiny networks whose faults were made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.ml.learning import Configure
from webapp.coach.evidence import Measured
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.ml.inference.insights import evidence
from webapp.ml.inference.insights.subject import Subject
from webapp.ml.process.failure import Failure
from webapp.schemas.config import RunConfig
from webapp.schemas.insights import Arguments

FLATTEN = {"type": "Flatten"}
SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}


def dense(activation: str, units: int = 8) -> dict[str, Any]:
    return {"type": "Dense", "units": units, "activation": activation}


def looked_at(
    config: RunConfig, raw: digits.Digits, path: Path, biases: dict[int, Any] | None = None
) -> dict[str, Any]:
    """The view of an untrained network, with these biases in its layers."""
    model = network.build(config.layers, config.seed)
    network.compile(model, config.compile)
    for index, bias in (biases or {}).items():
        layer = model.layers[index]
        layer.set_weights([layer.get_weights()[0], np.broadcast_to(bias, layer.bias.shape)])
    checkpoint.write(path / "1-0.npz", checkpoint.capture(model, Progress()))
    seen = evidence.view(Subject(config, 0, path / "1-0.npz", raw, []), Arguments())
    assert Measured.of(json.loads(json.dumps(seen, allow_nan=False))).layers
    return seen


def test_one_answer_to_everything(configure: Configure, raw: digits.Digits, tmp_path: Path) -> None:
    config = configure([FLATTEN, dense("relu"), SOFTMAX], fit={"validation_split": 0.5})
    seen = looked_at(config, raw, tmp_path, {2: 1e3 * np.eye(10)[7]})
    assert seen["answers"] == {
        "train": [150 * (digit == 7) for digit in range(10)],
        "test": [1000 * (digit == 7) for digit in range(10)],
    }
    assert seen["truth"]["test"] == [100] * 10
    assert seen["truth"]["train"] == np.bincount(raw.y_train[:150]).tolist()
    assert seen["accuracy"]["test"] == 0.1 and seen["accuracy"]["clean"] is None


def test_dead_neurons(configure: Configure, raw: digits.Digits, tmp_path: Path) -> None:
    config = configure([FLATTEN, dense("relu"), SOFTMAX])
    bias = np.where(np.arange(8) < 6, -1e4, 1e4)
    (hidden, out) = looked_at(config, raw, tmp_path, {1: bias})["layers"]
    assert (hidden["layer"], hidden["activation"], hidden["dead"]) == (1, "relu", 0.75)
    assert hidden["saturated"] is None and out["dead"] is None


def test_dead_channels(configure: Configure, raw: digits.Digits, tmp_path: Path) -> None:
    filters = {"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"}
    config = configure([filters, {"type": "GlobalAveragePooling2D"}, SOFTMAX])
    bias = np.array([-1e4, 1e4, 1e4, 1e4])
    assert looked_at(config, raw, tmp_path, {0: bias})["layers"][0]["dead"] == 0.25


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_saturated_neurons(
    configure: Configure, raw: digits.Digits, tmp_path: Path, activation: str
) -> None:
    config = configure([FLATTEN, dense(activation), SOFTMAX])
    assert looked_at(config, raw, tmp_path)["layers"][0]["saturated"] < 0.1
    bias = np.where(np.arange(8) < 4, 1e4, -1e4)
    hidden = looked_at(config, raw, tmp_path, {1: bias})["layers"][0]
    assert hidden["saturated"] == 1.0 and hidden["newest"] == 0.0


def test_gradients_are_those_of_the_loss(configure: Configure, raw: digits.Digits) -> None:
    """Against a difference quotient, for one weight of each layer."""
    config = configure([FLATTEN, dense("tanh"), SOFTMAX])
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    x, y = digits.scaled(raw.x_train[:50], True), digits.one_hot(raw.y_train[:50])
    assert set(evidence.gradients(model, x, y)) == {1, 2}
    kernel = model.layers[2].kernel
    slopes = [_slope(model, x, y, kernel, at) for at in np.ndindex(*kernel.shape)]
    wanted = np.sqrt(np.mean(np.square(slopes)))
    assert evidence.gradients(model, x, y)[2] == pytest.approx(wanted, rel=0.02)


def _slope(model: keras.Model, x: Any, y: Any, kernel: Any, at: tuple[int, ...]) -> float:
    step, before = 0.01, kernel.numpy()
    losses = []
    for sign in (1, -1):
        moved = before.copy()
        moved[at] += sign * step
        kernel.assign(moved)
        losses.append(float(model.loss(y, model(x))))
    kernel.assign(before)
    return (losses[0] - losses[1]) / (2 * step)


def test_gradients_vanish_in_many_sigmoids(
    configure: Configure, raw: digits.Digits, tmp_path: Path
) -> None:
    ratios = []
    for count in (1, 13):
        config = configure([FLATTEN, *[dense("sigmoid", 32)] * count, SOFTMAX])
        learning = looked_at(config, raw, tmp_path)["layers"]
        assert len(learning) == count + 1
        ratios.append(learning[0]["initial"] / learning[-1]["initial"])
    assert ratios[0] > 1e-3 and ratios[1] < 1e-5


def test_weights_that_are_no_numbers(
    configure: Configure, raw: digits.Digits, tmp_path: Path
) -> None:
    config = configure([FLATTEN, dense("relu"), SOFTMAX])
    with pytest.raises(Failure) as refused:
        looked_at(config, raw, tmp_path, {1: np.nan})
    assert refused.value.code == "not_finite"


def test_noise_is_taken_away(configure: Configure, raw: digits.Digits, tmp_path: Path) -> None:
    layers = [FLATTEN, dense("relu"), SOFTMAX]
    noisy = looked_at(configure(layers, dataset={"test_noise": 2.0}), raw, tmp_path)
    clean = looked_at(configure(layers), raw, tmp_path)
    assert noisy["accuracy"]["clean"] == clean["accuracy"]["test"] != noisy["accuracy"]["test"]
    assert noisy["pixels"] == clean["pixels"] and clean["pixels"]["largest"] == 1.0


def test_pixels_as_the_network_gets_them(
    configure: Configure, raw: digits.Digits, tmp_path: Path
) -> None:
    config = configure([FLATTEN, SOFTMAX], dataset={"scale": False})
    pixels = looked_at(config, raw, tmp_path)["pixels"]
    assert pixels["largest"] == 255.0 and 20 < pixels["mean"] < 50
