"""The programs that runs are written as, run by a real Keras and held against ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from flask import Flask

from tests.ml.learning import SMALL, Configure, Listener
from tests.ml.test_network import EVERY_LAYER
from webapp import keras_code, language
from webapp.configuration.presets import preset_configs
from webapp.keras_code import steps
from webapp.ml import digits, network
from webapp.schemas.config import RunConfig
from webapp.schemas.losses import LOSSES
from webapp.schemas.optimizers import OPTIMIZERS

FEW = {"train_samples": 100}

RICH_FIT = {
    "early_stopping": {"monitor": "loss", "patience": 1},
    "reduce_lr_on_plateau": {"monitor": "loss", "patience": 1},
    "terminate_on_nan": True,
}
RICH_COMPILE = {
    "loss": {"name": "categorical_crossentropy", "label_smoothing": 0.1},
    "optimizer": {"name": "AdamW", "learning_rate": 0.01, "weight_decay": 0.1, "clipnorm": 1},
}


@pytest.fixture(autouse=True)
def reader(raw: digits.Digits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A reader of English, in a directory of their own; Keras' download is the bundled digits."""
    monkeypatch.chdir(tmp_path)
    both = (raw.x_train, raw.y_train), (raw.x_test[:50], raw.y_test[:50])
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: both)
    app = Flask(__name__)
    language.init_app(app)
    with app.test_request_context():
        yield


def until(config: RunConfig, *titles: str) -> dict[str, Any]:
    """The program's names after its imports and the steps with these titles."""
    known: dict[str, Any] = {}
    exec(steps.imports(config), known)
    for step in steps.steps(config):
        if step.title in titles:
            exec(step.code, known)
    return known


def whole(config: RunConfig) -> dict[str, Any]:
    """The program's names after all of it."""
    known: dict[str, Any] = {}
    exec(keras_code.write(config, "py").text, known)
    return known


def architecture(model: Any) -> list[dict[str, Any]]:
    """Every layer's arguments but its name."""
    return [
        {key: value for key, value in layer.get_config().items() if key != "name"}
        for layer in model.layers
    ]


def assert_same_network(config: RunConfig, model: Any) -> None:
    """The program's network is the run's, down to the first weights."""
    ours = network.build(config.layers, config.seed)
    assert architecture(model) == architecture(ours)
    assert model.count_params() == ours.count_params()
    for one, two in zip(model.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("preset", preset_configs())
def test_every_preset_runs(preset: str) -> None:
    data = preset_configs()[preset]
    fit = {**data["fit"], "epochs": 1}
    config = RunConfig.model_validate({**data, "fit": fit, "dataset": {**data["dataset"], **FEW}})
    assert_same_network(config, until(config, "1. Build")["model"])
    known = whole(config)
    assert 0 <= known["accuracy"] <= 1 and known["probabilities"].shape == (10, 10)
    assert keras.models.load_model("model.keras").count_params() == known["model"].count_params()


def test_every_layer_and_argument_comes_through(configure: Configure) -> None:
    config = configure(EVERY_LAYER, dataset=FEW, fit=RICH_FIT, compile=RICH_COMPILE)
    assert_same_network(config, until(config, "1. Build")["model"])
    whole(config)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: str(one.__name__))
def test_every_optimizer_is_the_runs(configure: Configure, optimizer: Any) -> None:
    for given in ({}, {"learning_rate": 0.125, "clipnorm": 0.5}):
        config = configure(compile={"optimizer": {"name": optimizer.__name__, **given}})
        ours = network.build(config.layers, 1)
        network.compile(ours, config.compile)
        theirs = until(config, "1. Build", "2. Compile")["model"]
        assert type(theirs.optimizer) is type(ours.optimizer)
        names = {"name": "any"}  # Keras counts them
        assert theirs.optimizer.get_config() | names == ours.optimizer.get_config() | names


@pytest.mark.parametrize("loss", LOSSES, ids=lambda one: str(one.keras_class))
def test_every_loss_is_the_runs(configure: Configure, loss: Any) -> None:
    name = loss.model_fields["name"].default
    random = np.random.RandomState(0)
    truth, outputs = np.eye(10)[random.randint(10, size=20)], random.dirichlet(np.ones(10), 20)
    config = configure(compile={"loss": name})
    ours = network.build(config.layers, 1)
    network.compile(ours, config.compile)
    theirs = until(config, "1. Build", "2. Compile")["model"]
    measured = [float(model.compute_loss(y=truth, y_pred=outputs)) for model in (theirs, ours)]
    assert measured[0] == pytest.approx(measured[1], rel=1e-6)


@pytest.mark.parametrize("scale", [True, False])
def test_the_data_are_the_runs(configure: Configure, raw: digits.Digits, scale: bool) -> None:
    config = configure(dataset={"train_samples": 300, "test_noise": 0.5, "scale": scale})
    known = until(config, "The data")
    training = digits.prepare_training(raw, config.dataset)
    np.testing.assert_array_equal(known["x_train"], digits.scaled(raw.x_train[:300], scale))
    np.testing.assert_array_equal(known["y_train"], training.y)
    x, y = digits.prepare_test(raw, config.dataset)
    np.testing.assert_array_equal(known["x_test"], x)
    np.testing.assert_array_equal(known["y_test"], y)


def test_without_shuffling_it_ends_as_the_run_does(
    configure: Configure, raw: digits.Digits
) -> None:
    config = configure(SMALL, fit={"epochs": 3, "shuffle": False, "validation_split": 0.1})
    model = network.build(config.layers, config.seed)
    network.compile(model, config.compile)
    data = digits.prepare_training(raw, config.dataset)
    network.fit(model, data, config.fit, Listener(), seed=1)
    loss, accuracy = network.evaluate(model, *digits.prepare_test(raw, config.dataset))
    known = whole(config)
    assert known["loss"] == pytest.approx(loss, rel=1e-4)
    assert known["accuracy"] == pytest.approx(accuracy, abs=2e-3)


def test_it_runs_on_its_own(configure: Configure, tmp_path: Path) -> None:
    """A new Python that sees neither our package nor our settings."""
    program = tmp_path / "program.py"
    config = configure(fit=RICH_FIT, compile=RICH_COMPILE)
    program.write_text(keras_code.write(config, "py").text, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    completed = subprocess.run(
        [sys.executable, "-I", str(program)], env=kept, cwd=tmp_path, capture_output=True, text=True
    )
    assert completed.returncode == 0, completed.stderr
    assert "accuracy" in completed.stdout
    assert (tmp_path / "model.keras").is_file()
