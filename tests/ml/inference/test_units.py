"""Dead and saturated units, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from webapp.ml.inference.units import FLAT, SLOPES, Tally


def tally(activation: str | None, *slices: object) -> Tally:
    made = Tally(activation)
    for outputs in slices:
        made.add(np.array(outputs, np.float32))
    return made


def test_a_unit_is_dead_that_was_never_active() -> None:
    found = tally("relu", [[0, 1, 0], [0, 0, 0]], [[0, 0, 2]])
    assert found.dead == pytest.approx(1 / 3)
    assert found.active == pytest.approx(2 / 9)
    assert found.saturated is None


def test_a_channel_is_alive_if_one_place_of_one_image_is() -> None:
    maps = np.zeros((2, 3, 3, 4), np.float32)
    maps[1, 2, 0, 3] = 0.5
    assert tally("relu", maps).dead == pytest.approx(3 / 4)


def test_saturated_is_where_the_slope_is_next_to_nothing() -> None:
    assert tally("tanh", [[0.98, -0.98, 0.97, 0.0]]).saturated == pytest.approx(0.5)
    assert tally("sigmoid", [[0.012, 0.988, 0.014, 0.5]]).saturated == pytest.approx(0.5)
    assert tally("hard_sigmoid", [[0.0, 1.0, 0.5, 0.9]]).saturated == pytest.approx(0.5)
    assert tally("tanh", [[1.0]]).dead is None


@pytest.mark.parametrize("activation", ["leaky_relu", "gelu", "linear", None])
def test_what_neither_dies_nor_saturates(activation: str | None) -> None:
    found = tally(activation, [[-1.0, 2.0]])
    assert (found.dead, found.saturated, found.active) == (None, None, 0.5)


def test_nothing_seen_is_nothing_known() -> None:
    assert (Tally("relu").dead, Tally("tanh").saturated, Tally("relu").active) == (None, None, None)


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_are_those_of_keras_activations(name: str) -> None:
    """By Keras' own gradient, as a share of the steepest (selu's is that of its negative half)."""
    import keras

    z = tf.constant(np.linspace(-6, 6, 1201), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = keras.activations.get(name)(z)
    slope = np.asarray(tape.gradient(y, z))
    inner = np.abs(np.abs(z.numpy()) - 3) > 0.02  # hard_sigmoid's corners have no slope
    if name == "selu":
        inner &= z.numpy() < 0
        slope = slope / (1.6732632423543772 * 1.0507009873554805)
    elif name != "softplus":  # whose slope of 1 is reached at infinity
        slope = slope / slope.max()
    found = SLOPES[name](np.asarray(y))
    wanted = slope > FLAT if name == "hard_sigmoid" else slope
    np.testing.assert_allclose(found[inner], wanted[inner], atol=2e-3)
