"""Arrays as bytes and a scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.ml.learning import unpacked
from webapp.ml.inference.packing import packed


def test_numbers_come_back_within_half_a_step() -> None:
    numbers = np.random.RandomState(0).standard_normal((3, 5, 4)).astype(np.float32)
    made = packed(numbers)
    np.testing.assert_allclose(unpacked(made), numbers.ravel(), atol=0.5001 * made["scale"])
    assert made["scale"] == pytest.approx(np.abs(numbers).max() / 127)


def test_zero_stays_zero_and_what_is_not_finite_becomes_it() -> None:
    assert unpacked(packed(np.array([0.0, -2.0, 1.0]))).tolist()[:2] == [0.0, -2.0]
    assert unpacked(packed(np.array([np.nan, np.inf, -np.inf, 4.0]))).tolist() == [0, 0, 0, 4]


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.zeros(0), np.full(3, 5e-324)])
def test_nothing_divides_by_zero(array: NDArray[Any]) -> None:
    assert unpacked(packed(array)).tolist() == [0.0] * array.size
