"""Points in the plane, against scikit-learn's and against arithmetic by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from webapp.ml.digits import Digits, Floats, Images, scaled
from webapp.ml.inference.projection import principal, purity, tsne


def features_of(raw: Digits, n: int) -> tuple[Floats, Images]:
    return scaled(raw.x_test[:n], True).reshape(n, -1), raw.y_test[:n]


@pytest.mark.parametrize("n", [1000, 300])
def test_the_axes_are_scikit_learns_but_for_the_sign(raw: Digits, n: int) -> None:
    """With more images than numbers, and with fewer."""
    features, labels = features_of(raw, n)
    known = PCA(5, svd_solver="full")
    points = known.fit_transform(features.astype(float))
    found = principal(features, labels, 5)
    np.testing.assert_allclose(np.abs(found.points), np.abs(points), atol=2e-3)
    np.testing.assert_allclose(found.explained, known.explained_variance_ratio_, rtol=1e-4)


def test_axes_keep_their_sides(raw: Digits) -> None:
    features, labels = features_of(raw, 300)
    here, mirrored = principal(features, labels), principal(-features, labels)
    np.testing.assert_allclose(here.points, mirrored.points, atol=1e-3)


def test_the_lowest_digit_that_is_clearly_aside_is_on_the_positive_side() -> None:
    labels = np.array([0, 1, 2, 3], np.uint8)
    features = np.array([[1.0], [6.0], [-10.0], [3.0]], np.float32)  # 0 is near the middle
    assert principal(features, labels).points[:, 0].tolist() == [1.0, 6.0, -10.0, 3.0]
    assert principal(-features, labels).points[:, 0].tolist() == [1.0, 6.0, -10.0, 3.0]


def test_what_does_not_vary_lies_in_one_place() -> None:
    labels = np.arange(6, dtype=np.uint8)
    found = principal(np.ones((6, 1), np.float32), labels)
    assert not found.points.any() and found.points.shape == (6, 2)
    assert not found.explained.any()


def test_purity_is_the_share_of_like_neighbours() -> None:
    features = np.array([[0], [1], [2], [10], [11], [12.5]], np.float32)
    labels = np.array([3, 3, 5, 7, 7, 7], np.uint8)
    assert purity(features, labels, 2).tolist() == [0.5, 0.5, 0.0, 1.0, 1.0, 1.0]


def test_purity_sees_small_distances_within_groups_that_are_far_apart() -> None:
    group = [0.0, 0.05, 0.01, 0.06]
    features = np.array([[place + one] for place in (-1000, 1000) for one in group], np.float32)
    labels = np.array([1, 2, 1, 2] * 2, np.uint8)
    assert purity(features, labels, 1).tolist() == [1.0] * 8


def test_tsne_puts_like_to_like_and_is_always_the_same(raw: Digits) -> None:
    features, labels = features_of(raw, 200)
    points = tsne(features, labels)
    np.testing.assert_array_equal(points, tsne(features, labels))
    flat = purity(principal(features, labels).points.astype(np.float32), labels).mean()
    assert purity(points.astype(np.float32), labels).mean() > flat + 0.1
