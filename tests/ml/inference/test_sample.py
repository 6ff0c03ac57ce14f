"""The images that are looked at where all would be too many."""

from __future__ import annotations

import numpy as np

from webapp.ml.digits import Digits
from webapp.ml.inference.sample import stratified


def test_as_many_of_each_digit_and_always_the_same(raw: Digits) -> None:
    chosen = stratified(raw.y_test, 300)
    assert np.bincount(raw.y_test[chosen]).tolist() == [30] * 10
    assert (np.diff(chosen) > 0).all()
    np.testing.assert_array_equal(chosen, stratified(raw.y_test, 300))
    assert set(stratified(raw.y_test, 100)) < set(chosen)


def test_all_where_there_are_not_more(raw: Digits) -> None:
    assert stratified(raw.y_test, 1000).tolist() == list(range(1000))


def test_a_digit_that_is_rare_is_there_with_all_its_images() -> None:
    labels = np.array([0] * 50 + [1] * 3, np.uint8)
    assert set(stratified(labels, 40)) > {50, 51, 52}
