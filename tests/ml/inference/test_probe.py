"""What is seen inside a network, against finite differences and Keras' own models."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.ml.learning import Configure
from webapp.ml import digits, network
from webapp.ml.digits import Digits, Floats
from webapp.ml.inference import probe
from webapp.schemas.config import RunConfig

DENSE: list[dict[str, Any]] = [
    {"type": "Flatten"},
    {"type": "Dropout", "rate": 0.5},
    {"type": "Dense", "units": 12, "activation": "tanh"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
CONVOLUTION: list[dict[str, Any]] = [
    {"type": "GaussianNoise", "stddev": 0.3},
    {"type": "Conv2D", "filters": 3, "kernel_size": 3, "activation": "softplus"},
    {"type": "BatchNormalization"},
    {"type": "AveragePooling2D"},
    {"type": "Flatten"},
    {"type": "Dense", "units": 10},
    {"type": "Activation", "activation": "softmax"},
]
BARE: list[dict[str, Any]] = [
    {"type": "Flatten"},
    {"type": "Dense", "units": 10},
    {"type": "BatchNormalization"},
]
NETWORKS = pytest.mark.parametrize("layers", [DENSE, CONVOLUTION, BARE])


def asked(config: RunConfig, x: Floats) -> tuple[keras.Model, list[Floats], Floats]:
    """A network, and what its probe says of images."""
    model = network.build(config.layers, seed=3)
    seen, gradient = probe.compiled(config.layers)(*model.get_weights(), tf.constant(x))
    return model, [np.asarray(output) for output in seen], np.asarray(gradient)


@NETWORKS
def test_outputs_are_those_of_keras_own_part_models(
    configure: Configure, raw: Digits, layers: list[dict[str, Any]]
) -> None:
    config = configure(layers)
    x = digits.scaled(raw.x_test[:4], True)
    model, seen, _gradient = asked(config, x)
    assert len(seen) == len(config.layers)
    for layer, output, again in zip(model.layers, seen, probe.outputs(model, x), strict=True):
        wanted = keras.Model(model.inputs[0], layer.output)(x, training=False)
        np.testing.assert_allclose(output, wanted, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(again, wanted, rtol=1e-4, atol=1e-5)


def odds(model: keras.Model, x: Floats) -> Floats:
    """ln p / (1 − p) of each image's answer, computed from a softmax's outputs."""
    p = np.asarray(model(x, training=False), np.float64)
    best = p.argmax(axis=1)
    of_best = p[np.arange(len(p)), best]
    others = p.copy()
    others[np.arange(len(p)), best] = 0
    return np.log(of_best / others.sum(axis=1))  # type: ignore[no-any-return]


@pytest.mark.parametrize("layers", [DENSE, CONVOLUTION])
def test_saliency_is_how_the_odds_change_with_each_pixel(
    configure: Configure, raw: Digits, layers: list[dict[str, Any]]
) -> None:
    """Central differences at pixels of ink and of paper."""
    config = configure(layers)
    x = digits.scaled(raw.x_test[:1], True)
    model, _seen, gradient = asked(config, x)
    step = 0.02
    for row, column in ((14, 14), (7, 15), (20, 10), (13, 18), (2, 2)):
        nudge = np.zeros_like(x)
        nudge[0, row, column] = step
        change = (odds(model, x + nudge) - odds(model, x - nudge))[0] / (2 * step)
        assert gradient[0, row, column, 0] == pytest.approx(change, rel=0.02, abs=2e-4)


def test_each_image_has_its_own_saliency(configure: Configure, raw: Digits) -> None:
    config = configure(DENSE)
    x = digits.scaled(raw.x_test[:3], True)
    together = asked(config, x)[2]
    for place in range(3):
        np.testing.assert_allclose(
            asked(config, x[place : place + 1])[2][0], together[place], rtol=1e-4, atol=1e-6
        )


def test_saliency_does_not_fade_where_a_softmax_is_sure() -> None:
    """By hand: two pixels, weights a thousand times too large; p is 1 to the last bit."""
    sums = tf.constant([[900.0, 0.0] + [-900.0] * 8])
    with tf.GradientTape() as tape:
        tape.watch(sums)
        score = probe.score(sums, [0])
    gradient = np.asarray(tape.gradient(score, sums))[0]
    assert float(score[0]) == pytest.approx(900.0)
    assert gradient.tolist() == [1.0, -1.0] + [0.0] * 8


def test_the_answer_of_a_network_without_ink_is_known(configure: Configure) -> None:
    """All pixels 0: nothing fails, and the gradient is finite."""
    _model, _seen, gradient = asked(configure(DENSE), np.zeros((1, 28, 28, 1), np.float32))
    assert np.isfinite(gradient).all() and gradient.any()


def test_a_layer_that_takes_no_ink_has_no_gradient(configure: Configure) -> None:
    """Weights of zero: nothing speaks, and nothing is divided by it."""
    config = configure(DENSE)
    weights = [np.zeros_like(one) for one in network.build(config.layers).get_weights()]
    x = np.ones((1, 28, 28, 1), np.float32)
    _seen, gradient = probe.compiled(config.layers)(*weights, tf.constant(x))
    assert not np.asarray(gradient).any()


def test_gradients_are_those_of_the_loss(configure: Configure, raw: Digits) -> None:
    """The last kernel's by hand: inputsᵀ (softmax − y) / n; and a central difference."""
    config = configure(DENSE)
    model = network.build(config.layers, seed=3)
    network.compile(model, config.compile)
    x, y = digits.scaled(raw.x_test[:20], True), digits.one_hot(raw.y_test[:20])
    first, last = probe.kernel_gradients(model, x, y)
    hidden, p = probe.outputs(model, x)[-2:]
    np.testing.assert_allclose(last, hidden.T @ (p - y) / len(x), rtol=1e-3, atol=1e-6)
    kernel = model.layers[2].kernel
    before = np.asarray(kernel)
    largest = np.unravel_index(np.abs(first).argmax(), first.shape)
    losses = []
    for step in (0.05, -0.05):
        nudged = before.copy()
        nudged[largest] += step
        kernel.assign(nudged)
        losses.append(float(model.compute_loss(x, y, model(x, training=False))))
    assert first[largest] == pytest.approx((losses[0] - losses[1]) / 0.1, rel=0.02)
