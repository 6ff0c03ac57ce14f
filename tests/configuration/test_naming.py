"""Names of runs that nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from webapp.configuration.naming import Origin, distinct, name_of
from webapp.configuration.presets import PRESETS, preset_configs
from webapp.schemas.config import MAX_NAME, RunConfig

LECTURE = preset_configs()["lecture"]
SGD = {"optimizer": {"name": "SGD", "learning_rate": 0.1}}
Config = dict[str, Any]


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("en"):
        yield


def changed(**parts: Any) -> Config:
    """The lecture's network with other parts, as stored."""
    return RunConfig.model_validate({**LECTURE, **parts}).model_dump(mode="json")


def hidden(*units: int) -> list[Config]:
    layers = [{"type": "Dense", "units": one, "activation": "relu"} for one in units]
    last = {"type": "Dense", "units": 10, "activation": "softmax"}
    return [{"type": "Flatten"}, *layers, last]


def test_a_preset_is_called_by_its_title() -> None:
    for name, preset in PRESETS.items():
        assert name_of(preset_configs()[name]) == preset.title
        bundled = {**preset_configs()[name]["dataset"], "name": "mnist-5k"}
        assert name_of({**preset_configs()[name], "dataset": bundled}) == preset.title


def test_what_differs_from_the_nearest_preset_is_said() -> None:
    name = name_of(changed(compile=SGD, fit={"batch_size": 32}))
    assert name == "Lecture's network · SGD 0.1 · batch 32"
    softmax = preset_configs()["softmax"] | {"seed": 7}
    assert name_of(softmax) == "Softmax regression · seed 7"


def test_a_network_like_no_preset_is_called_by_its_widths() -> None:
    name = name_of(changed(layers=hidden(32), fit={"epochs": 5}))
    assert name == "784 → 32 → 10 · 5 epochs"


def test_the_language_is_the_readers() -> None:
    with force_locale("zh_Hans"):
        assert name_of(changed(fit={"batch_size": 32})) == "课堂网络 · 批大小 32"


@pytest.mark.parametrize("name", ["Lecture's network · SGD 0.1", "课堂网络 · SGD 0.1 (3)"])
def test_a_made_name_is_made_anew(name: str) -> None:
    origin = Origin(name, changed(compile=SGD, seed=424_242))
    faster = {"optimizer": {"name": "SGD", "learning_rate": 0.5}}
    assert name_of(changed(compile=faster), origin) == "Lecture's network · SGD 0.5"
    assert name_of(changed(), origin) == "Lecture's network"


def test_a_typed_name_stays_in_what_is_taken_from_it() -> None:
    first = Origin("My best", changed(layers=hidden(32)))
    second = changed(layers=hidden(32), fit={"batch_size": 32})
    assert name_of(second, first) == "My best · batch 32"
    third = changed(layers=hidden(32), fit={"batch_size": 64})
    assert name_of(third, Origin("My best · batch 32 (2)", second)) == "My best · batch 64"
    fourth = changed(layers=hidden(32), fit={"batch_size": 32}, compile=SGD)
    said = name_of(fourth, Origin("My best · 批大小 32", second))
    assert said == "My best · 批大小 32 · SGD 0.1"
    assert name_of(first.config, first) == "My best"


def test_names_never_exceed_their_room() -> None:
    much = changed(
        compile=SGD,
        dataset={"name": "mnist", "train_samples": 1000, "scale": False, "test_noise": 0.5},
        fit={"batch_size": 32, "epochs": 3, "validation_split": 0.0},
    )
    name = name_of(much)
    assert name == "Lecture's network · SGD 0.1 · 70,000 digits · first 1,000 images · …"
    long = name_of(much, Origin("x" * MAX_NAME, changed()))
    assert long.startswith("xxx") and "x… · SGD 0.1" in long
    assert len(distinct(long, [long] * 3)) <= MAX_NAME
    assert len(name_of(changed(), Origin("x" * MAX_NAME, changed()))) < MAX_NAME


def test_no_two_in_a_row_are_called_alike() -> None:
    taken: list[str] = []
    for _ in range(4):
        taken.append(distinct("A", taken))
    assert taken == ["A", "A (2)", "A (3)", "A (4)"]
    assert distinct("A (2)", ["B"]) == "A"
    assert distinct("A", ["A (7)", "A b"]) == "A (8)"
