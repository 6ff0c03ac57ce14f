"""Pixels that are as in MNIST already."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.ink import (
    BadDrawing,
    EmptyDrawing,
    from_pixels,
    from_strokes,
)


@given(st.binary(min_size=784, max_size=784).filter(any))
def test_pixels_pass_unchanged(values: bytes) -> None:
    rows = np.frombuffer(values, np.uint8).reshape(28, 28)
    picture = from_pixels(rows.tolist())
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, rows)


@pytest.mark.parametrize("value", [0, 0.4])
def test_pixels_without_ink_are_an_empty_drawing(value: float) -> None:
    with pytest.raises(EmptyDrawing):
        from_pixels([[value] * 28] * 28)


def test_pixels_are_rounded() -> None:
    assert from_pixels([[0.6, 254.4, 254.6, 255.0] * 7] * 28)[0, :4].tolist() == [1, 254, 255, 255]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "bad_pixels"),
        ([[0] * 28] * 27, "bad_pixels"),
        ([[0] * 28] * 27 + [[0] * 27], "bad_pixels"),
        ([[0] * 28] * 27 + [[256] * 28], "bad_pixels"),
        ([[-1] * 28] * 28, "bad_pixels"),
        ([["0"] * 28] * 28, "bad_pixels"),
        ([[True] * 28] * 28, "bad_pixels"),
        ([[None] * 28] * 28, "bad_pixels"),
        ([[10**400] * 28] * 28, "bad_pixels"),
        ([[float("nan")] * 28] * 28, "not_finite"),
        ([[float("inf")] * 28] * 28, "not_finite"),
    ],
)
def test_what_are_no_pixels_is_refused(rows: list[list[float]], code: str) -> None:
    with pytest.raises(BadDrawing) as raised:
        from_pixels(rows)
    assert raised.value.code == code


def test_json_numbers_are_taken_as_they_come() -> None:
    assert from_strokes(json.loads("[[[0, 0.5], [1e1, 20]]]")).any()
