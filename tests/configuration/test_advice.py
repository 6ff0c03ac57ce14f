"""The lecture's warnings."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from webapp.configuration.checking import check

FLATTEN = {"type": "Flatten"}


def dense(units: int, activation: str = "relu", **more: Any) -> dict[str, Any]:
    return {"type": "Dense", "units": units, "activation": activation, **more}


GOOD = [FLATTEN, dense(500), dense(500), dense(10, "softmax")]


def warnings(app: Flask, **parts: Any) -> list[str]:
    """The paths of every warning."""
    with app.test_request_context():
        answer = check({"layers": GOOD, **parts}).as_json()
    assert all(warning["message"] for warning in answer["warnings"])
    return [warning["path"] for warning in answer["warnings"]]


def test_the_lecture_network_is_fine(app: Flask) -> None:
    assert warnings(app) == []


@pytest.mark.parametrize(
    ("parts", "paths"),
    [
        ({"dataset": {"scale": False}}, ["dataset.scale"]),
        ({"compile": {"loss": "mean_squared_error"}}, ["compile.loss"]),
        ({"layers": [FLATTEN, dense(10, "sigmoid")]}, ["layers[1].activation"]),
        ({"layers": [FLATTEN, dense(10, "sigmoid")], "compile": {"loss": "binary_crossentropy"}},
         []),
        ({"layers": [FLATTEN, dense(10, "linear")], "compile": {"loss": "binary_crossentropy"}},
         ["layers[1].activation"]),
        ({"layers": [FLATTEN, dense(10), {"type": "Activation", "activation": "softmax"}]}, []),
        ({"layers": [FLATTEN, dense(10, "softmax"), {"type": "Dropout", "rate": 0.5}]},
         ["layers[2]"]),
        ({"layers": [FLATTEN, dense(9, "softmax"), dense(10, "softmax")]},
         ["layers[1].activation"]),
        ({"layers": [FLATTEN, dense(9, "linear"), dense(10, "softmax")]},
         ["layers[1].activation"]),
        ({"layers": [FLATTEN, *[dense(9, "sigmoid")] * 13, dense(10, "softmax")]}, ["layers"]),
        ({"layers": [FLATTEN, dense(9, kernel_initializer="zeros"), dense(10, "softmax")]},
         ["layers[1].kernel_initializer"]),
        ({"layers": [FLATTEN, {"type": "Dropout", "rate": 1}, dense(10, "softmax")]},
         ["layers[1].rate"]),
        ({"fit": {"batch_size": 10_000}}, ["fit.batch_size"]),
        ({"fit": {"batch_size": 2_000}}, ["fit.batch_size"]),
        ({"fit": {"validation_split": 0, "early_stopping": {}}}, ["fit.early_stopping.monitor"]),
        ({"fit": {"validation_split": 0, "early_stopping": {"monitor": "loss"}}}, []),
        ({"fit": {"early_stopping": {}, "reduce_lr_on_plateau": {}}}, []),
        ({"compile": {"optimizer": {"name": "Adam", "learning_rate": 1}}},
         ["compile.optimizer.learning_rate"]),
        ({"compile": {"optimizer": {"name": "SGD", "learning_rate": 1}}}, []),
    ],
)  # fmt: skip
def test_what_will_disappoint(app: Flask, parts: dict[str, Any], paths: list[str]) -> None:
    assert warnings(app, **parts) == paths


@pytest.mark.parametrize(
    ("parts", "subject"),
    [
        ({"compile": {"optimizer": {"name": "SGD", "learning_rate": 1000}}}, "rate of 1000 "),
        ({"fit": {"batch_size": 10_000}}, "a batch "),
        ({"fit": {"batch_size": 2_000}}, "batches "),
    ],
)
def test_a_warning_below_the_form_names_what_it_is_about(
    app: Flask, parts: dict[str, Any], subject: str
) -> None:
    with app.test_request_context():
        (warning,) = check({"layers": GOOD, **parts}).as_json()["warnings"]
    assert subject in warning["message"]
