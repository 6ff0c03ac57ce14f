"""Models that come in, and models that are refused, by their configuration.

Archives that Keras itself wrote are in `tests/ml/test_keras_round_trip.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.kerasfile.archives import (
    BIAS,
    KERNEL,
    LESSON,
    Json,
    archive,
    dense,
    entrance,
    layer,
    put,
    refusal,
    sequential,
    take,
    weights_file,
    wrong,
)


def test_the_lessons_model_comes_in(tmp_path: Path) -> None:
    config, weights = take(archive(tmp_path))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]
    assert config.name == "Imported model"
    assert config.dataset.scale
    assert config.compile.optimizer.name == "Adam"
    np.testing.assert_array_equal(weights[0], KERNEL)
    np.testing.assert_array_equal(weights[1], BIAS)
    assert weights[0].dtype == np.float32


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1)])
def test_images_with_flatten_come_in(tmp_path: Path, shape: tuple[int, ...]) -> None:
    model = sequential(entrance(*shape), layer("Flatten", name="f"), dense())
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]


def test_a_model_without_an_input_layer(tmp_path: Path) -> None:
    model = sequential(dense())
    model["config"]["build_input_shape"] = [None, 784]
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]


def test_a_reshape_to_an_image_is_what_we_have_anyway(tmp_path: Path) -> None:
    reshape = layer("Reshape", target_shape=[28, 28, 1])
    model = sequential(entrance(784), reshape, layer("Flatten"), dense())
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]


def test_logits_become_probabilities(tmp_path: Path) -> None:
    loss = {
        "module": "keras.losses",
        "class_name": "SparseCategoricalCrossentropy",
        "config": {"from_logits": True, "name": "s"},
    }
    model = {**sequential(entrance(784), dense(activation="linear")), "compile_config": {}}
    model["compile_config"] = {"loss": loss, "optimizer": {"class_name": "SGD", "config": {}}}
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense", "Activation"]
    assert config.compile.loss.name == "categorical_crossentropy"
    assert config.compile.optimizer.name == "SGD"


def test_relu_and_softmax_as_layers(tmp_path: Path) -> None:
    model = sequential(
        entrance(784), layer("ReLU", max_value=None, negative_slope=0.0, threshold=0.0), dense()
    )
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Activation", "Dense"]


def test_our_own_note_brings_name_and_scaling_back(tmp_path: Path) -> None:
    note = {
        "name": "My run",
        "dataset": {"scale": False},
        "layers": [{"type": "Flatten"}],
        "seed": 7,
    }
    config, _ = take(archive(tmp_path, inkling__json=json.dumps(note)))
    assert (config.name, config.dataset.scale, config.seed) == ("My run", False, 7)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"name": 1}', '{"layers": "no"}'])
def test_a_senseless_note_is_left_aside(tmp_path: Path, note: str) -> None:
    config, _ = take(archive(tmp_path, inkling__json=note))
    assert config.name == "Imported model"


DENSE = ("config", "layers", 1)

BAD_MODELS = {
    "lambda": (put("config", "layers", 1, value=layer("Lambda")), "unsupported_layer"),
    "foreign layer": (put(*DENSE, "module", value="os"), "unsupported_layer"),
    "lookalike": (put(*DENSE, "module", value="kerasx.layers"), "unsupported_layer"),
    "registered": (put(*DENSE, "registered_name", value="Mine>Dense"), "unsupported_layer"),
    "no class": (put(*DENSE, "class_name", value=None), "unsupported_layer"),
    "list class": (put(*DENSE, "class_name", value=["Dense"]), "unsupported_layer"),
    "nested": (put(*DENSE, value=LESSON), "unsupported_layer"),
    "rnn": (put(*DENSE, "class_name", value="LSTM"), "unsupported_layer"),
    "capped relu": (put(*DENSE, value=layer("ReLU", max_value=6.0)), "unsupported_layer"),
    "softmax of rows": (put(*DENSE, value=layer("Softmax", axis=1)), "unsupported_layer"),
    "custom activation": (
        put(*DENSE, "config", "activation", value={"class_name": "function", "config": "os"}),
        "unsupported_argument",
    ),
    "lora": (put(*DENSE, "config", "lora_rank", value=4), "unsupported_argument"),
    "unknown argument": (put(*DENSE, "config", "fn", value="x"), "unsupported_argument"),
    "model": (put("class_name", value="Model"), "unsupported_model"),
    "custom model": (put("registered_name", value="Mine>Sequential"), "unsupported_model"),
    "no layers": (put("config", "layers", value=[]), "not_an_archive"),
    "many layers": (put("config", "layers", value=[LESSON] * 5000), "not_an_archive"),
    "layers of text": (put("config", "layers", value=["Dense"]), "not_an_archive"),
    "config text": (put("config", value="x"), "not_an_archive"),
    "input": (put("config", "layers", 0, value=entrance(32, 32, 3)), "unsupported_input"),
    "image to dense": (put("config", "layers", 0, value=entrance(28, 28)), "unsupported_input"),
    "no input": (put("config", "layers", 0, value=layer("InputLayer")), "unsupported_input"),
    "nine classes": (put(*DENSE, "config", "units", value=9), "invalid_config"),
    "shape bomb": (put(*DENSE, "config", "units", value=10**9), "invalid_config"),
    "activation": (put(*DENSE, "config", "activation", value="evil"), "invalid_config"),
    "units text": (put(*DENSE, "config", "units", value="10"), "invalid_config"),
}


@pytest.mark.parametrize("name", BAD_MODELS)
def test_models_that_are_refused(tmp_path: Path, name: str) -> None:
    change, code = BAD_MODELS[name]
    assert refusal(archive(tmp_path, wrong(change))) == code


def test_many_parameters_are_refused_before_any_is_read(tmp_path: Path) -> None:
    wide = [dense(8192, activation="relu") for _ in range(4)]
    assert refusal(archive(tmp_path, sequential(entrance(784), *wide, dense()))) == "invalid_config"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "null", "[" * 100_000, "{}", '"x"'])
def test_configurations_that_are_no_model(tmp_path: Path, text: str) -> None:
    assert refusal(archive(tmp_path, text)) in ("not_an_archive", "unsupported_model")


def functional(**more: Any) -> Json:
    """input → dense, as Keras writes a chain."""

    def node(*names: str) -> list[Json]:
        return [
            {"args": [{"config": {"keras_history": [name, 0, 0]}}], "kwargs": {}} for name in names
        ]

    layers = [
        {**entrance(784), "name": "in", "inbound_nodes": []},
        {**dense(784, activation="relu"), "name": "a", "inbound_nodes": node("in")},
        {**dense(), "name": "b", "inbound_nodes": node(more.pop("source", "a"))},
    ]
    ends = {"input_layers": ["in", 0, 0], "output_layers": [more.pop("end", "b"), 0, 0]}
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {"name": "f", "layers": layers, **ends},
        "registered_name": "Functional",
    }


def test_a_functional_chain_comes_in(tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        file["layers/dense/vars/0"] = np.eye(784, dtype=np.float64)
        file["layers/dense/vars/1"] = np.zeros(784, dtype=np.float16)
        file["layers/dense_1/vars/0"] = KERNEL
        file["layers/dense_1/vars/1"] = BIAS

    config, weights = take(archive(tmp_path, functional(), weights_file(fill)))
    assert [one.type for one in config.layers] == ["Flatten", "Dense", "Dense"]
    assert [one.dtype for one in weights] == [np.float32] * 4
    np.testing.assert_array_equal(weights[0], np.eye(784))


@pytest.mark.parametrize("more", [{"source": "in"}, {"end": "a"}, {"source": "b"}])
def test_other_graphs_are_refused(tmp_path: Path, more: Json) -> None:
    assert refusal(archive(tmp_path, functional(**more))) == "unsupported_model"
