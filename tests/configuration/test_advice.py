"""The lecture's warnings."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from flask import Flask

from tests.configuration.warned import FLATTEN, LINEAR, MANY, POOL, SOFTMAX, dense
from webapp.configuration import advice, layer_advice
from webapp.configuration.checking import check

GOOD = [FLATTEN, dense(500), dense(500), SOFTMAX]

Warned = list[dict[str, str]]


def warnings(app: Flask, language: str = "en", **parts: Any) -> Warned:
    with app.test_request_context(headers={"Accept-Language": language}):
        found: Warned = check({"layers": GOOD, **parts}).as_json()["warnings"]
    return found


def test_the_lecture_network_is_fine(app: Flask) -> None:
    assert warnings(app) == []


def rate(name: str, value: float) -> dict[str, Any]:
    return {"compile": {"optimizer": {"name": name, "learning_rate": value}}}


def activated(name: str) -> dict[str, str]:
    return {"type": "Activation", "activation": name}


NORMALIZE = {"type": "BatchNormalization"}
LARGE = "rate_very_large compile.optimizer.learning_rate"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"dataset": {"scale": False}}, ["pixels_not_scaled dataset.scale"]),
        ({"compile": {"loss": "mean_squared_error"}}, ["loss_for_numbers compile.loss"]),
        ({"layers": [FLATTEN, dense(10, "sigmoid")]}, ["output_not_softmax layers[1].activation"]),
        ({"layers": [FLATTEN, dense(10), NORMALIZE]}, ["output_not_softmax layers[2]"]),
        ({"layers": [FLATTEN, dense(10, "sigmoid")], "compile": {"loss": "binary_crossentropy"}},
         []),
        ({"layers": [FLATTEN, dense(10, "linear")], "compile": {"loss": "binary_crossentropy"}},
         ["output_out_of_range layers[1].activation"]),
        ({"layers": [FLATTEN, dense(10), activated("softmax")]}, []),
        ({"layers": [FLATTEN, SOFTMAX, {"type": "Dropout", "rate": 0.5}]},
         ["drops_outputs layers[2]"]),
        ({"layers": [FLATTEN, dense(9, "softmax"), SOFTMAX]},
         ["hidden_softmax layers[1].activation"]),
        ({"layers": [FLATTEN, dense(9, "linear"), SOFTMAX]},
         ["hidden_linear layers[1].activation"]),
        ({"layers": [LINEAR, NORMALIZE, FLATTEN, SOFTMAX]}, ["hidden_linear layers[0].activation"]),
        ({"layers": [LINEAR, NORMALIZE, activated("relu"), FLATTEN, SOFTMAX]}, []),
        ({"layers": [LINEAR, activated("linear"), FLATTEN, SOFTMAX]},
         ["hidden_linear layers[0].activation"]),
        ({"layers": [LINEAR, POOL, FLATTEN, SOFTMAX]}, ["hidden_linear layers[0].activation"]),
        ({"layers": [FLATTEN, dense(10, "linear"), activated("softmax")]}, []),
        ({"layers": [dense(4), FLATTEN, SOFTMAX]}, ["dense_before_flatten layers[0]"]),
        ({"layers": [dense(4), LINEAR | {"activation": "relu"}, FLATTEN, SOFTMAX]}, []),
        ({"layers": [dense(4), {"type": "GlobalAveragePooling2D"}, SOFTMAX]}, []),
        ({"layers": [FLATTEN, *[dense(9, "sigmoid")] * 13, SOFTMAX]}, ["many_sigmoids layers"]),
        ({"layers": [FLATTEN, dense(9, kernel_initializer="zeros"), SOFTMAX]},
         ["weights_alike layers[1].kernel_initializer"]),
        ({"layers": [FLATTEN, {"type": "Dropout", "rate": 1}, SOFTMAX]},
         ["drops_nearly_all layers[1].rate"]),
        ({"fit": {"batch_size": 10_000}}, ["batch_larger_than_data fit.batch_size"]),
        ({"fit": {"batch_size": 2_000}}, ["few_steps fit.batch_size"]),
        ({"fit": {"validation_split": 0, "early_stopping": {}}},
         ["monitor_unknown fit.early_stopping.monitor"]),
        ({"fit": {"validation_split": 0, "early_stopping": {"monitor": "loss"}}}, []),
        ({"fit": {"early_stopping": {}, "reduce_lr_on_plateau": {}}}, []),
        (rate("Adam", 1), [LARGE]),
        (rate("SGD", 100), [LARGE]),
        (rate("SGD", 1), []),
    ],
)  # fmt: skip
def test_what_will_disappoint(app: Flask, parts: dict[str, Any], expected: list[str]) -> None:
    found = warnings(app, **parts)
    assert [f"{one['code']} {one['path']}" for one in found] == expected


def codes() -> set[str]:
    """Every code that the rules can give."""
    source = inspect.getsource(advice) + inspect.getsource(layer_advice)
    return set(re.findall(r'code="(\w+)"', source))


def test_every_warning_there_is_can_be_had(app: Flask) -> None:
    assert {one["code"] for parts in MANY for one in warnings(app, **parts)} == codes()


@pytest.mark.parametrize("parts", MANY)
def test_each_is_a_sentence_of_its_own_in_both_languages(app: Flask, parts: dict[str, Any]) -> None:
    english, chinese = warnings(app, **parts), warnings(app, "zh", **parts)
    for one, other in zip(english, chinese, strict=True):
        assert (one["code"], one["path"]) == (other["code"], other["path"])
        assert one["message"].endswith(".") and other["message"].endswith("。")
        assert not re.search(r"%\(|None", one["message"] + other["message"])


@pytest.mark.parametrize(
    ("parts", "subject"),
    [
        (rate("SGD", 100), "Learning rate 100 is very large for SGD: "),
        ({"fit": {"batch_size": 10_000}}, "Batch size 10,000 is more than the 3,600 "),
        ({"fit": {"batch_size": 2_000}}, r"Batch size 2,000 leaves .* \(2\)"),
        ({"layers": [LINEAR, FLATTEN, SOFTMAX]}, "Conv2D has no activation .* the next layer"),
        ({"layers": [LINEAR, POOL, FLATTEN, SOFTMAX]}, "Conv2D has .* only the max pooling"),
        ({"fit": {"validation_split": 0, "early_stopping": {}}}, "val_loss cannot .* monitor loss"),
    ],
)
def test_a_warning_names_its_subject(app: Flask, parts: dict[str, Any], subject: str) -> None:
    (warning,) = warnings(app, **parts)
    assert re.match(subject, warning["message"])
