"""A configuration: what is taken, what is refused, and where the problems are said to be."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from webapp.schemas.base import FLOAT32_MAX, Between
from webapp.schemas.config import RunConfig
from webapp.schemas.layers import Conv2D, Dense
from webapp.schemas.problems import Fault, faults_of

SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}
CONTRACT: dict[str, Any] = {
    "name": "Lecture network",
    "dataset": {"name": "mnist-5k", "train_samples": None, "scale": True, "test_noise": 0.0},
    "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 500, "activation": "relu"}, SOFTMAX],
    "compile": {
        "loss": "categorical_crossentropy",
        "optimizer": {"name": "adam", "learning_rate": 0.001},
        "metrics": ["accuracy"],
    },
    "fit": {
        "batch_size": 100,
        "epochs": 20,
        "validation_split": 0.1,
        "shuffle": True,
        "early_stopping": None,
    },
    "seed": 1,
}


def parse(**parts: Any) -> RunConfig:
    return RunConfig.model_validate({"layers": [SOFTMAX], **parts})


def faults(**parts: Any) -> list[tuple[str, str]]:
    """Paths and English sentences of every problem."""
    with pytest.raises(ValidationError) as caught:
        parse(**parts)
    return [said(fault) for fault in faults_of(caught.value)]


def said(fault: Fault) -> tuple[str, str]:
    return fault.path, fault.msgid % fault.values


def one(**parts: Any) -> tuple[str, str]:
    found = faults(**parts)
    assert len(found) == 1, found
    return found[0]


def test_the_contracts_example_is_taken() -> None:
    written = RunConfig.model_validate(CONTRACT).model_dump(mode="json")
    assert written["compile"]["optimizer"]["name"] == "Adam"
    assert written["compile"]["loss"] == "categorical_crossentropy"
    ours = {"reduce_lr_on_plateau": None, "terminate_on_nan": False}
    assert written["fit"] == {**CONTRACT["fit"], **ours}
    assert written["dataset"] == CONTRACT["dataset"]


def test_what_is_written_is_taken_again() -> None:
    parts: dict[str, Any] = {
        "layers": [
            {"type": "conv2d", "filters": 4, "kernel_size": [3, 2], "kernel_regularizer": "l2"},
            {"type": "maxpooling2d", "strides": None},
            {"type": "FLATTEN"},
            SOFTMAX,
        ],
        "compile": {"loss": {"name": "huber", "delta": 2}, "optimizer": {"name": "LION"}},
        "fit": {"early_stopping": {}, "reduce_lr_on_plateau": {"monitor": "LOSS"}},
    }
    config = parse(**parts)
    written = config.model_dump(mode="json")
    assert RunConfig.model_validate(written) == config
    assert RunConfig.model_validate_json(config.model_dump_json()) == config
    assert RunConfig.model_validate(config) == config
    assert list(written["layers"][0])[:3] == ["type", "filters", "kernel_size"]
    assert written["compile"]["loss"] == {"name": "huber", "delta": 2.0}
    assert written["fit"]["early_stopping"]["restore_best"] is True


@pytest.mark.parametrize("name", ["relu", "RELU", "Relu"])
def test_names_are_taken_in_any_letter_case(name: str) -> None:
    layer = parse(layers=[SOFTMAX | {"activation": name, "type": "dEnSe"}]).layers[0]
    assert isinstance(layer, Dense)
    assert layer.activation == "relu"


def test_omitted_keys_take_defaults() -> None:
    config = parse()
    assert config.dataset.name == "mnist-5k"
    assert (config.fit.batch_size, config.fit.epochs) == (100, 20)
    assert config.compile.optimizer.learning_rate == 0.001
    assert config.seed is None


def test_keras_arguments() -> None:
    regularizer = {"name": "l2", "l2": 0.5}
    layer = {"type": "Conv2D", "filters": 4, "kernel_size": [3, 2]}
    config = parse(
        layers=[layer | {"kernel_regularizer": regularizer}],
        compile={"loss": {"name": "huber"}, "optimizer": {"name": "sgd"}},
    )
    arguments = config.layers[0].keras_arguments()
    assert arguments["kernel_size"] == (3, 2)
    assert arguments["kernel_regularizer"] == {"name": "L2", "l2": 0.5}
    assert "type" not in arguments
    assert config.compile.loss.keras_class == "Huber"
    assert config.compile.loss.keras_arguments() == {"delta": 1.0}
    assert list(config.compile.optimizer.keras_arguments())[:2] == ["learning_rate", "momentum"]


@pytest.mark.parametrize(
    ("parts", "path", "message"),
    [
        ({"name": ""}, "name", "must not be empty"),
        ({"name": " \u3000"}, "name", "must not be empty"),
        ({"name": "\u200b"}, "name", "must not be empty"),
        ({"name": "\u200d\u3164"}, "name", "must contain a character that can be seen"),
        ({"name": "x" * 81}, "name", "must have at most 80 characters, not 81"),
        ({"name": 5}, "name", "must be text, not 5"),
        ({"name": None}, "name", "must be text, not null"),
        ({"name": "a\0b"}, "name", "must not contain control characters"),
        ({"name": "\ud800"}, "name", "must not contain control characters"),
        ({"seed": -1}, "seed", "must be between 0 and 4294967295, not -1"),
        ({"seed": 2**32}, "seed", "must be between 0 and 4294967295, not 4294967296"),
        ({"seed": 1.0}, "seed", "must be a whole number, not 1.0"),
        ({"seed": True}, "seed", "must be a whole number, not true"),
        ({"layers": None}, "layers", "must be a list, not null"),
        ({"layers": {}}, "layers", "must be a list, not {}"),
        ({"layers": []}, "layers", "must have between 1 and 100 entries, not 0"),
        ({"layers": [SOFTMAX] * 101}, "layers", "must have between 1 and 100 entries, not 101"),
        ({"layers": [[]]}, "layers[0]", "must be an object, not []"),
        ({"layers": [{}]}, "layers[0].type", "is missing"),
        ({"layers": [{"type": []}]}, "layers[0].type", "must be a name, not []"),
        (
            {"layers": [{"type": "Dens"}]},
            "layers[0].type",
            '"Dens" is not known; did you mean Dense?',
        ),
        ({"layers": [{"type": "Dense"}]}, "layers[0].units", "is missing"),
        ({"fit": None}, "fit", "must be an object, not null"),
        ({"fit": []}, "fit", "must be an object, not []"),
        ({"fit": {"epochs": None}}, "fit.epochs", "must be a whole number, not null"),
        ({"fit": {"epochs": 0}}, "fit.epochs", "must be between 1 and 10000, not 0"),
        ({"fit": {"epochs": 10_001}}, "fit.epochs", "must be between 1 and 10000, not 10001"),
        ({"fit": {"batch_size": 60_001}}, "fit.batch_size", "between 1 and 60000, not 60001"),
        ({"fit": {"shuffle": 1}}, "fit.shuffle", "must be true or false, not 1"),
        (
            {"fit": {"validation_split": 1}},
            "fit.validation_split",
            "must be at least 0 and less than 1, not 1",
        ),
        (
            {"fit": {"validation_split": float("nan")}},
            "fit.validation_split",
            "must be a finite number, not NaN",
        ),
        (
            {"fit": {"early_stopping": {"patience": 1.5}}},
            "fit.early_stopping.patience",
            "must be a whole number, not 1.5",
        ),
        ({"fit": {"early_stopping": True}}, "fit.early_stopping", "must be an object, not true"),
        ({"fit": {"epoch": 3}}, "fit.epoch", "is not an argument of fit; did you mean epochs?"),
        ({"epochs": 3}, "epochs", "is not known"),
        ({"optimizer": {}}, "optimizer", "is not known"),
        ({"dataset": {"name": "mnist5k"}}, "dataset.name", "did you mean mnist-5k?"),
        ({"dataset": {"test_noise": -1}}, "dataset.test_noise", "between 0 and 10, not -1"),
        ({"compile": {"metrics": []}}, "compile.metrics", 'must be ["accuracy"]'),
        ({"compile": {"loss": 7}}, "compile.loss", "must be a name or an object, not 7"),
        ({"compile": {"loss": "mes"}}, "compile.loss", '"mes" is not known'),
        ({"compile": {"loss": {"name": {}}}}, "compile.loss.name", "must be a name, not {}"),
        ({"compile": {"optimizer": "adam"}}, "compile.optimizer", "must be an object"),
        ({"compile": {"optimizer": {}}}, "compile.optimizer.name", "is missing"),
        (
            {"compile": {"optimizer": {"name": "adam", "learning_rate": float("inf")}}},
            "compile.optimizer.learning_rate",
            "must be a finite number, not Infinity",
        ),
        (
            {"compile": {"optimizer": {"name": "adam", "learning_rate": 0}}},
            "compile.optimizer.learning_rate",
            "must be greater than 0, not 0",
        ),
        (
            {"compile": {"optimizer": {"name": "adam", "learning_rate": 10**400}}},
            "compile.optimizer.learning_rate",
            "is too large a number: 10^400",
        ),
        (
            {"compile": {"optimizer": {"name": "SGD", "beta_1": 0.9}}},
            "compile.optimizer.beta_1",
            "is not an argument of SGD",
        ),
    ],
)
def test_a_problem_is_named(parts: dict[str, Any], path: str, message: str) -> None:
    found_path, found = one(**parts)
    assert found_path == path
    assert message in found


@pytest.mark.parametrize(
    ("arguments", "path", "message"),
    [
        ({"units": 0}, "units", "must be between 1 and 8192, not 0"),
        ({"units": 10**9}, "units", "must be between 1 and 8192, not 1000000000"),
        ({"units": 10**400}, "units", "must be between 1 and 8192, not 10^400…"),
        ({"units": "10"}, "units", 'must be a whole number, not "10"'),
        ({"activation": "relo"}, "activation", '"relo" is not known; did you mean relu?'),
        ({"activation": None}, "activation", "must be a name, not null"),
        ({"unit": 3}, "unit", "is not an argument of Dense; did you mean units?"),
        ({"kernel_regularizer": {"name": "l3"}}, "kernel_regularizer.name", '"l3" is not known'),
        ({"kernel_regularizer": {"name": "L2", "l2": -1}}, "kernel_regularizer.l2", "not -1"),
        ({"use_bias": "yes"}, "use_bias", 'must be true or false, not "yes"'),
    ],
)
def test_a_problem_of_a_layer_is_named(arguments: dict[str, Any], path: str, message: str) -> None:
    found_path, found = one(layers=[{"type": "Flatten"}, SOFTMAX | arguments])
    assert found_path == f"layers[1].{path}"
    assert message in found


@pytest.mark.parametrize("size", [0, 29, [3], [3, 3, 3], [3, 0], "3", 1.5, [3, 3.0], None, {}])
def test_a_window_is_a_number_or_two(size: object) -> None:
    layer = {"type": "Conv2D", "filters": 1, "kernel_size": size}
    assert one(layers=[layer])[0] == "layers[0].kernel_size"


def test_the_largest_float32_is_a_number_and_nothing_beyond() -> None:
    assert Between().number(FLOAT32_MAX) == FLOAT32_MAX
    with pytest.raises(PydanticCustomError, match="problem") as raised:
        Between().number(-FLOAT32_MAX * (1 + 1e-15))
    assert raised.value.type == "too_large"


def test_a_window_is_described_as_a_number_or_two() -> None:
    number, pair = Conv2D.model_json_schema()["properties"]["kernel_size"]["anyOf"]
    assert number["type"] == "integer" and number["minimum"] == 1
    assert pair == {"type": "array", "items": number, "minItems": 2, "maxItems": 2}


def test_all_problems_are_reported_at_once() -> None:
    paths = [
        path
        for path, _ in faults(
            name="",
            layers=[SOFTMAX | {"units": 0, "activation": 1}, {"type": "x"}, 5],
            compile={"optimizer": {"name": "adam", "learning_rate": -1}},
            fit={"epochs": 0, "batch_size": 0},
            what=1,
        )
    ]
    assert paths == [
        "name",
        "layers[0].units",
        "layers[0].activation",
        "layers[1].type",
        "layers[2]",
        "compile.optimizer.learning_rate",
        "fit.batch_size",
        "fit.epochs",
        "what",
    ]


@pytest.mark.parametrize(
    "parts",
    [
        {"layers": [{}] * 10_000},
        {str(number): number for number in range(10_000)},
        {"fit": {str(number): number for number in range(10_000)}},
        {"layers": [{"type": "x" * 1_000_000}]},
        {"x" * 1_000_000: 1},
        {"name": "x" * 1_000_000},
    ],
)
def test_a_flood_is_one_problem_reported_soon(parts: dict[str, Any]) -> None:
    began = time.process_time()
    path, message = one(**parts)
    assert time.process_time() - began < 0.5
    assert len(path) <= 200
    assert len(message) <= 300


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "name", "units", "layers", "fit", "loss", "optimizer", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_breaks_it(data: object) -> None:
    """Whatever is no configuration has a path and a sentence for each problem."""
    try:
        RunConfig.model_validate(data)
    except ValidationError as error:
        found = faults_of(error)
        assert found
        for fault in found:
            path, message = said(fault)
            assert message and "%(" not in message
            json.dumps([path, message]).encode()


@given(st.sampled_from(["layers", "compile", "fit", "dataset", "name", "seed"]), json_values)
def test_no_json_in_a_part_breaks_it(part: str, value: object) -> None:
    try:
        parse(**{part: value})
    except ValidationError as error:
        assert all(said(fault)[0].startswith(part) for fault in faults_of(error))
