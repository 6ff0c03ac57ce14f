"""Output shapes and weights (`tests/ml` compares them with Keras), and what does not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import ROOT
from webapp.configuration.shapes import measure, text_of
from webapp.schemas.config import RunConfig

FLATTEN = {"type": "Flatten"}
POOL = {"type": "MaxPooling2D"}


def dense(units: int, **arguments: Any) -> dict[str, Any]:
    return {"type": "Dense", "units": units, **arguments}


def conv(filters: int, kernel_size: Any, **arguments: Any) -> dict[str, Any]:
    return {"type": "Conv2D", "filters": filters, "kernel_size": kernel_size, **arguments}


def run(*layers: dict[str, Any]) -> tuple[list[tuple[tuple[int, ...], int]], list[tuple[str, str]]]:
    """Shapes and weights, and the problems as path and sentence."""
    measured, faults = measure(RunConfig.model_validate({"layers": layers}).layers)
    sizes = [(layer.output_shape, layer.params) for layer in measured]
    return sizes, [(fault.path, fault.msgid % fault.values) for fault in faults]


def test_the_lecture_network_has_648010_weights() -> None:
    sizes, faults = run(FLATTEN, dense(500), dense(500), dense(10))
    assert faults == []
    assert sizes == [((784,), 0), ((500,), 392_500), ((500,), 250_500), ((10,), 5_010)]


def test_a_convolutional_network() -> None:
    sizes, faults = run(
        conv(8, 5),
        POOL,
        {"type": "BatchNormalization"},
        conv(4, [3, 1], padding="same", strides=2),
        conv(2, [3, 1]),
        conv(2, [1, 4]),
        {"type": "GlobalAveragePooling2D"},
        dense(10, use_bias=False),
    )
    assert faults == []
    assert sizes == [
        ((24, 24, 8), 208),
        ((12, 12, 8), 0),
        ((12, 12, 8), 32),
        ((6, 6, 4), 100),
        ((4, 6, 2), 26),
        ((4, 3, 2), 18),
        ((2,), 0),
        ((10,), 20),
    ]


@pytest.mark.parametrize(
    ("layers", "path", "message"),
    [
        ([FLATTEN, conv(1, 3)], "layers[1]", "but its input is a row of 784 numbers"),
        ([FLATTEN, POOL], "layers[1]", "needs an image"),
        ([FLATTEN, {"type": "GlobalAveragePooling2D"}], "layers[1]", "needs an image"),
        ([FLATTEN, {"type": "RandomZoom", "height_factor": 0.1}], "layers[1]", "put it before"),
        ([POOL, POOL, conv(1, 8)], "layers[2].kernel_size", "larger than the image, which is 7×7"),
        ([POOL, POOL, POOL, {"type": "MaxPooling2D", "pool_size": [1, 4]}], "layers[3].pool_size",
         "which is 3×3"),
        ([dense(10)], "layers", "ends with 28×28×10; put Flatten before Dense (layer 1)"),
        ([conv(2, 3), dense(9), dense(10)], "layers", "put Flatten before Dense (layer 2)"),
        ([dense(9), conv(2, 3)], "layers", "26×26×2; add Flatten and a Dense layer with 10"),
        ([FLATTEN], "layers", "ends with 784; add a Dense layer"),
        ([FLATTEN, dense(9)], "layers[1].units", "must be 10 in the last layer"),
        ([FLATTEN, *[dense(8192)] * 3, dense(10)], "layers", "would have 140,746,762 weights"),
        (
            [{"type": "AveragePooling2D", "pool_size": [14, 4], "strides": [14, 6]}, FLATTEN],
            "layers",
            "no layer that learns",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit(layers: list[dict[str, Any]], path: str, message: str) -> None:
    _, faults = run(*layers)
    assert len(faults) == 1
    assert faults[0][0] == path
    assert message in faults[0][1]


FLATTENS = json.loads((ROOT / "tests" / "flattens.json").read_text(encoding="utf-8"))
"""Networks, and where Flatten is missing; the page offers to add it there."""

SAMPLES = {
    "Dense": dense(10),
    "Conv2D": conv(2, 3),
    "Dropout": {"type": "Dropout", "rate": 0.5},
    "RandomZoom": {"type": "RandomZoom", "height_factor": 0.1},
}


@pytest.mark.parametrize(("types", "at"), FLATTENS)
def test_flatten_is_enough_where_it_is_missing(types: list[str], at: int | None) -> None:
    layers = [SAMPLES.get(name, {"type": name}) for name in types]
    if at is not None:
        _, [(path, message)] = run(*layers)
        assert path == "layers"
        assert (f"Flatten before Dense (layer {at + 1})" in message) == (at < len(types))
        layers[at:at] = [FLATTEN] if at < len(types) else [FLATTEN, dense(10)]
    assert run(*layers)[1] == []


def test_too_many_weights_and_a_wrong_end_are_both_reported() -> None:
    _, faults = run(FLATTEN, *[dense(8192)] * 3)
    assert [path for path, _ in faults] == ["layers", "layers[3].units"]


def test_layers_before_a_mismatch_are_measured() -> None:
    sizes, _ = run(POOL, FLATTEN, POOL)
    assert [shape for shape, _ in sizes] == [(14, 14, 1), (196,)]


def test_shapes_as_text() -> None:
    assert text_of((28, 28, 1)) == "28×28×1"
