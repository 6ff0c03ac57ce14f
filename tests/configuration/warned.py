"""Configurations that are warned of, for the tests of the server and of the page."""

from __future__ import annotations

from typing import Any

FLATTEN = {"type": "Flatten"}


def dense(units: int, activation: str = "relu", **more: Any) -> dict[str, Any]:
    return {"type": "Dense", "units": units, "activation": activation, **more}


SOFTMAX = dense(10, "softmax")
LINEAR = {"type": "Conv2D", "filters": 8, "kernel_size": 3, "activation": "linear"}
POOL = {"type": "MaxPooling2D"}
HALF = {"type": "Dropout", "rate": 0.5}
PLATEAU = {"validation_split": 0, "early_stopping": {}, "reduce_lr_on_plateau": {}}

MANY: list[dict[str, Any]] = [
    {
        "layers": [
            LINEAR,
            POOL,
            FLATTEN,
            dense(9, "linear", kernel_initializer="zeros"),
            dense(9, "softmax"),
            {"type": "Dropout", "rate": 0.95},
            *[dense(9, "sigmoid")] * 5,
            dense(10, "sigmoid"),
        ],
        "dataset": {"scale": False},
        "compile": {"optimizer": {"name": "SGD", "learning_rate": 100}},
        "fit": {"batch_size": 4000, **PLATEAU, "validation_split": 0.1},
    },
    {
        "layers": [dense(4), FLATTEN, dense(10, "linear"), HALF],
        "compile": {"loss": "binary_crossentropy"},
        "fit": {"batch_size": 2000, **PLATEAU},
    },
    {"layers": [FLATTEN, SOFTMAX], "compile": {"loss": "mean_squared_error"}},
]
"""Several warnings at once; together every one there is."""
