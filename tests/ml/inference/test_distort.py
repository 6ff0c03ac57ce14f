"""What is done to digits does what it says, and nothing at strength 0."""

from __future__ import annotations

import numpy as np
import pytest

from webapp.ml import digits
from webapp.ml.digits import Digits, Images
from webapp.ml.inference import distort
from webapp.schemas.config import DatasetConfig


@pytest.fixture
def images(raw: Digits) -> Images:
    return raw.x_test[:40]


def test_strength_0_changes_nothing(images: Images) -> None:
    for same in (
        distort.rotated(images, 0),
        distort.shifted(images, 0, 0),
        distort.thickened(images, 0),
    ):
        np.testing.assert_array_equal(same, images)


def test_a_shift_moves_every_pixel_and_loses_what_leaves(images: Images) -> None:
    moved = distort.shifted(images, 3, -2)
    np.testing.assert_array_equal(moved[:, 3:, :-2], images[:, :-3, 2:])
    assert not moved[:, :3].any() and not moved[:, :, -2:].any()
    back = distort.shifted(distort.shifted(images, 0, 8), 0, -8)
    np.testing.assert_array_equal(back[:, :, :20], images[:, :, :20])
    assert not back[:, :, 20:].any()


def test_a_right_angle_is_exact_and_counter_clockwise(images: Images) -> None:
    turned = np.stack([np.rot90(image) for image in images])
    np.testing.assert_allclose(distort.rotated(images, 90), turned, atol=1)


def test_a_small_turn_and_back_is_nearly_the_same(images: Images) -> None:
    back = distort.rotated(distort.rotated(images, 15), -15).astype(float)
    assert np.abs(back - images).mean() < 0.25 * images.mean()


def test_thicker_is_never_less_ink_at_any_pixel(images: Images) -> None:
    steps = [distort.thickened(images, quarter / 4).astype(int) for quarter in range(-4, 9)]
    for thinner, thicker in zip(steps, steps[1:], strict=False):
        assert (thicker >= thinner).all() and thicker.sum() > thinner.sum()


def test_a_pixel_of_thickness_is_a_pixel_at_each_edge() -> None:
    bar = np.zeros((1, 28, 28), np.uint8)
    bar[:, :, 10:14] = 255
    thick, thin = distort.thickened(bar, 1), distort.thickened(bar, -1)
    assert np.flatnonzero(thick[0, 14]).tolist() == list(range(9, 15))
    assert np.flatnonzero(thin[0, 14]).tolist() == [11, 12]
    assert distort.thickened(bar, 0.25)[0, 14, 9] == 64, "a quarter of a pixel, in grey"


def test_an_edge_moves_as_far_in_every_direction() -> None:
    dot = np.zeros((1, 28, 28), np.uint8)
    dot[:, 14, 14] = 255
    area = distort.thickened(dot, 2).sum() / 255
    square, disk = 25, 1 + 4 * 2 + np.pi * 4  # a pixel with a square's, a round pen's margin
    assert disk * 0.95 < area < square


def test_the_noise_is_that_of_the_test(raw: Digits) -> None:
    noisy, _answers = digits.prepare_test(raw, DatasetConfig(name="mnist-5k", test_noise=0.5))
    made = digits.scaled(raw.x_test, True)[..., 0] + 0.5 * distort.noise(raw.x_test.shape)
    np.testing.assert_allclose(noisy[..., 0], made, atol=1e-6)
