"""The catalogue: complete, in two languages, and true to the models it is read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.configuration import presets
from webapp.configuration.catalog import catalog
from webapp.configuration.checking import check
from webapp.datasets.catalogue import LocalDataset
from webapp.schemas.config import RunConfig
from webapp.schemas.datasets import DATASETS
from webapp.schemas.layers import LAYERS
from webapp.schemas.losses import LOSSES
from webapp.schemas.optimizers import OPTIMIZERS

KEYS = {
    "name", "title", "help", "type", "min", "max", "default", "suggested", "required", "nullable",
    "choices", "advanced",
}  # fmt: skip
TYPES = {"integer", "number", "boolean", "choice", "pair", "text", "regularizer", "object"}


@pytest.fixture
def answer(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/catalog").get_json()
    return found


def every_argument(part: Any) -> Iterator[dict[str, Any]]:
    """Every ``Argument`` in a catalogue, those within arguments included."""
    if isinstance(part, dict):
        if "required" in part:
            yield part
        for value in part.values():
            yield from every_argument(value)
    elif isinstance(part, list):
        for value in part:
            yield from every_argument(value)


def helps(part: Any) -> Iterator[str]:
    """Every sentence of help."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "help")
        yield from part.get("choice_help", {}).values()
        for value in part.values():
            yield from helps(value)
    elif isinstance(part, list):
        for value in part:
            yield from helps(value)


def test_it_has_everything(answer: dict[str, Any]) -> None:
    assert [item["name"] for item in answer["datasets"]] == list(DATASETS)
    assert [item["type"] for item in answer["layers"]] == [layer.__name__ for layer in LAYERS]
    assert len(answer["losses"]) == len(LOSSES)
    assert len(answer["optimizers"]) == len(OPTIMIZERS)
    assert [item["name"] for item in answer["presets"]] == list(presets.PRESETS)
    assert answer["formats"][0]["extension"] == ".keras"
    assert {item["type"] for item in answer["layers"] if item["learns"]} == {
        "Dense",
        "Conv2D",
        "BatchNormalization",
    }


def test_every_argument_has_every_key(answer: dict[str, Any]) -> None:
    found = list(every_argument(answer))
    assert len(found) > 120
    for argument in found:
        assert set(argument) >= KEYS
        assert argument["type"] in TYPES
        assert argument["title"]
        if argument["required"]:
            assert argument["default"] is None
            assert argument["suggested"] is not None
        if argument["type"] in ("choice", "regularizer"):
            assert argument["choices"]
        if argument["type"] in ("integer", "pair"):
            assert argument["min"] is not None and argument["max"] is not None


def test_help_is_a_sentence_in_both_languages(client: FlaskClient) -> None:
    english = list(helps(client.get("/api/catalog?lang=en").get_json()))
    chinese = list(helps(client.get("/api/catalog?lang=zh").get_json()))
    assert len(english) == len(chinese) > 200
    for sentence, translated in zip(english, chinese, strict=True):
        assert sentence.endswith("."), sentence
        assert translated.endswith("。"), sentence


def test_every_default_can_be_sent(answer: dict[str, Any]) -> None:
    """Each layer, optimizer and loss with its defaults and suggestions is taken."""
    for layer in answer["layers"]:
        arguments = {item["name"]: item["suggested"] for item in layer["arguments"]}
        RunConfig.model_validate({"layers": [{"type": layer["type"], **arguments}]})
    for kind in ("optimizer", "loss"):
        for part in answer["losses" if kind == "loss" else "optimizers"]:
            arguments = {item["name"]: item["suggested"] for item in part["arguments"]}
            compile = {kind: {"name": part["name"], **arguments}}
            RunConfig.model_validate({"layers": [{"type": "Flatten"}], "compile": compile})


def test_the_fields_cover_a_configuration(answer: dict[str, Any]) -> None:
    for group in ("dataset", "compile", "fit"):
        names = {item["name"] for item in answer["fields"][group]}
        assert names == set(answer["defaults"][group]) - {"metrics"}
    assert answer["fields"]["name"]["max"] == 80
    assert answer["fields"]["seed"]["max"] == 2**32 - 1


def test_presets_and_defaults_can_be_trained(app: Flask, client: FlaskClient) -> None:
    for language in ("en", "zh"):
        answer = client.get(f"/api/catalog?lang={language}").get_json()
        with app.test_request_context():
            for preset in answer["presets"]:
                config = preset["config"]
                assert config["name"] == preset["title"]
                assert check(config).config.model_dump(mode="json") == config
            assert check(answer["defaults"])


def test_the_deep_sigmoid_preset_is_the_lectures_seventh_experiment() -> None:
    config = RunConfig.model_validate(presets.preset_configs()["deep_sigmoid"])
    hidden = [layer for layer in config.layers[1:-1]]
    assert len(hidden) == 13
    assert {(layer.units, layer.activation) for layer in hidden} == {(689, "sigmoid")}  # type: ignore[union-attr]
    assert (config.compile.optimizer.name, config.compile.optimizer.learning_rate) == ("SGD", 0.1)


def test_a_preset_whose_images_are_not_here_takes_the_bundled_ones(app: Flask) -> None:
    for here, dataset in ((False, "mnist-5k"), (True, "mnist")):
        looks = [LocalDataset("mnist-5k", True, False, None)]
        looks.append(LocalDataset("mnist", here, True, None))
        with app.test_request_context():
            best = catalog(looks)["presets"][-1]
        assert best["name"] == "best_cnn"
        assert best["config"]["dataset"]["name"] == dataset
