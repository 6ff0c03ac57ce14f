"""Computes the inner values of a network: outputs of its layers, saliency, gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from webapp.ml import network
from webapp.ml.digits import Floats

if TYPE_CHECKING:
    from webapp.schemas.layers import Layer

Probe = Callable[..., tuple[list[Any], Any]]


def compiled(layers: Sequence[Layer]) -> Probe:
    """Return a graph that takes weights, in the order of `get_weights`, and images (n, 28, 28, 1).

    It returns the output of every layer, the last one's after its activation, and the gradient of
    each image's `score` with respect to its pixels, shape (n, 28, 28, 1).
    """
    model = network.build(layers)
    variables = list(model.weights)
    activate = _take_off_activation(model)

    def probe(*arguments: Any) -> tuple[list[Any], Any]:
        *weights, x = arguments
        with keras.StatelessScope(state_mapping=list(zip(variables, weights, strict=True))):
            with tf.GradientTape() as tape:
                tape.watch(x)
                outputs = _through(model, x)
                sums = outputs[-1]
                outputs[-1] = activate(sums)
                # An image's score depends on no other image, so the sum's gradient is theirs.
                total = tf.reduce_sum(score(sums, tf.argmax(outputs[-1], axis=1)))
            return outputs, tape.gradient(total, x, unconnected_gradients="zero")

    takes = [tf.TensorSpec(variable.shape, variable.dtype) for variable in variables]
    images = tf.TensorSpec((None, 28, 28, 1), tf.float32)
    return tf.function(probe).get_concrete_function(*takes, images)  # type: ignore[no-any-return]


def score(sums: Any, digits: Any) -> Any:
    """Return how far a digit's logit is above the others': z_c − log Σ_{k≠c} exp z_k, shape (n,).

    `sums` (n, 10) are the inputs of the last activation. After a softmax this is the logarithm of
    the odds, ln p / (1 − p). Its gradient is that of the log-probability, divided by 1 − p: the
    same picture, but it does not vanish as the network becomes sure. (Simonyan et al. 2014,
    arXiv:1312.6034, take z_c alone, which also shows what speaks for every digit at once.)
    """
    chosen = tf.one_hot(digits, tf.shape(sums)[1], on_value=True, off_value=False)
    others = tf.where(chosen, sums.dtype.min, sums)
    own = tf.reduce_sum(tf.where(chosen, sums, 0.0), axis=1)
    return own - tf.reduce_logsumexp(others, axis=1)


def outputs(model: keras.Model, x: Floats) -> list[Floats]:
    """Return the output of every layer for images (n, 28, 28, 1), in inference mode."""
    return [np.asarray(output) for output in _through(model, tf.constant(x))]


def kernel_gradients(model: keras.Model, x: Floats, y: Floats) -> list[Floats]:
    """Return the gradient of the loss for each layer that has a kernel, in their order.

    `model` is compiled; layers run in inference mode, so nothing is random.
    """
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x, y, model(x, training=False))
    kernels = [layer.kernel.value for layer in with_kernel(model)]
    gradients = tape.gradient(loss, kernels, unconnected_gradients="zero")
    return [np.asarray(gradient) for gradient in gradients]


def with_kernel(model: keras.Model) -> list[Any]:
    """Return the layers with a kernel: Dense and Conv2D."""
    return [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense | keras.layers.Conv2D)
    ]


def _through(model: keras.Model, x: Any) -> list[Any]:
    found = []
    for layer in model.layers:
        x = layer(x, training=False)
        found.append(x)
    return found


def _take_off_activation(model: keras.Model) -> Callable[[Any], Any]:
    """Remove the last layer's activation from `model` and return it."""
    last = model.layers[-1]
    activation: Callable[[Any], Any] | None = getattr(last, "activation", None)
    if activation is None:
        return tf.identity  # type: ignore[no-any-return]
    last.activation = keras.activations.linear
    return activation
