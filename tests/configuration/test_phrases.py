"""A configuration in few words, and in what two of them differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from webapp.configuration.phrases import additions, chain, differences, figure, optimizer
from webapp.configuration.presets import preset_configs
from webapp.schemas.config import RunConfig

CASES = json.loads((Path(__file__).parents[1] / "lines.json").read_text("utf-8"))
LECTURE = preset_configs()["lecture"]


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("en"):
        yield


def changed(**parts: Any) -> dict[str, Any]:
    """The lecture's network with other parts, as stored."""
    whole = {**LECTURE, **parts}
    return RunConfig.model_validate(whole).model_dump(mode="json")


def words(config: dict[str, Any], base: dict[str, Any] = LECTURE) -> list[str]:
    return [one.words for one in differences(config, base)]


def dense(units: int = 500, activation: str = "relu", **more: Any) -> dict[str, Any]:
    return {"type": "Dense", "units": units, "activation": activation, **more}


def network(*hidden: dict[str, Any]) -> dict[str, Any]:
    return changed(layers=[{"type": "Flatten"}, *hidden, dense(10, "softmax")])


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_a_network_is_what_the_page_says_too(case: dict[str, Any]) -> None:
    assert chain(case["layers"]) == case["chain"]
    assert additions(case["layers"]) == case["additions"]


def test_numbers_are_short() -> None:
    numbers = (0.1, 0.001, 1e-05, 1e30, 100.0, 0.123456789)
    assert [figure(one) for one in numbers] == ["0.1", "0.001", "1e-5", "1e30", "100", "0.123457"]


def test_an_optimizer_names_what_is_not_usual() -> None:
    sgd = changed(compile={"optimizer": {"name": "SGD", "momentum": 0.9, "nesterov": True}})
    assert optimizer(sgd["compile"]["optimizer"]) == "SGD 0.01 momentum 0.9 nesterov"
    assert optimizer(LECTURE["compile"]["optimizer"]) == "Adam 0.001"


def test_each_part_has_its_words_and_its_place() -> None:
    config = changed(
        compile={"optimizer": {"name": "SGD", "learning_rate": 0.1}, "loss": "mean_squared_error"},
        dataset={"name": "mnist", "train_samples": 1000, "scale": False, "test_noise": 0.3},
        fit={
            "batch_size": 32,
            "epochs": 1,
            "validation_split": 0.0,
            "shuffle": False,
            "early_stopping": {"patience": 5},
            "terminate_on_nan": True,
        },
        seed=7,
    )
    assert [tuple(one) for one in differences(config, LECTURE)] == [
        ("compile.loss", "mean_squared_error"),
        ("compile.optimizer", "SGD 0.1"),
        ("dataset.name", "70,000 digits"),
        ("dataset.train_samples", "first 1,000 images"),
        ("dataset.scale", "pixels 0–255"),
        ("dataset.test_noise", "test noise 0.3"),
        ("fit.batch_size", "batch 32"),
        ("fit.epochs", "1 epoch"),
        ("fit.validation_split", "no validation"),
        ("fit.shuffle", "not shuffled"),
        ("fit.early_stopping", "EarlyStopping 5"),
        ("fit.terminate_on_nan", "TerminateOnNaN"),
        ("seed", "seed 7"),
    ]
    back = words(LECTURE, config)
    assert back[4:] == [
        "pixels 0–1", "test noise 0", "batch 100", "20 epochs", "validation 10%", "shuffled",
        "no EarlyStopping", "no TerminateOnNaN", "seed 1",
    ]  # fmt: skip


def test_the_same_and_a_seed_yet_to_be_drawn_differ_in_nothing() -> None:
    assert words(changed()) == words(changed(seed=None)) == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (network(dense(300), dense(100)), ["784 → 300 → 100 → 10"]),
        (network(dense(activation="sigmoid"), dense(activation="sigmoid")), ["sigmoid"]),
        (network(dense(), {"type": "Dropout", "rate": 0.5}, dense()), ["+ Dropout 0.5"]),
        (network(dense(32)), ["784 → 32 → 10"]),
        (network(dense(32, "tanh")), ["784 → 32 → 10", "tanh"]),
        (network(dense(use_bias=False), dense()), ["use_bias False"]),
    ],
)
def test_a_network_differs_in_as_few_words_as_tell_it(
    config: dict[str, Any], said: list[str]
) -> None:
    assert words(config) == said


def test_what_was_added_to_a_network_may_be_missing_changed_or_elsewhere() -> None:
    dropout = {"type": "Dropout", "rate": 0.5}
    early, late = network(dropout, dense(), dense()), network(dense(), dense(), dropout)
    other = network({"type": "Dropout", "rate": 0.2}, dense(), dense())
    assert words(LECTURE, early) == ["without Dropout 0.5"]
    assert words(other, early) == ["+ Dropout 0.2"]
    assert words(early, late) == ["different order of layers"]
