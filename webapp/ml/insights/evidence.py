"""The view `evidence`: what only the network itself can tell the coach (`webapp/coach`).

What it answers, from which parts of a network gradients come through, and which neurons are of no
use. All is measured on the run's own images, without dropout and other chance of training.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from webapp.ml import digits, network
from webapp.ml.digits import Floats, Images
from webapp.ml.insights.subject import Subject
from webapp.schemas.datasets import split_at
from webapp.schemas.insights import Arguments

PROBE = 500
"""So many training images, the first ones, tell gradients and neurons."""
MOST_TRAINING = 5_000
"""So many training images, the first ones, tell what it answers to what it learned from."""
FLAT = 0.1
"""An output is saturated where the slope of its activation has fallen below this share of the
largest: a sigmoid below 0.026 or above 0.974, a tanh beyond 0.949. How far along is our choice;
that such neurons pass on next to nothing is in Glorot and Bengio (2010), "Understanding the
difficulty of training deep feedforward neural networks"."""


def view(subject: Subject, _arguments: Arguments) -> dict[str, Any]:
    """As `webapp.coach.evidence.Measured` reads it: counts by digit, accuracies 0-1, pixels as the
    network gets them, and of each layer with weights or an activation what `_layers` tells."""
    learned = split_at(len(subject.x_train), subject.config.fit.validation_split)
    x, y = subject.x_train[: min(learned, MOST_TRAINING)], subject.y_train[:MOST_TRAINING][:learned]
    train, test = subject.predict(x).argmax(axis=1), subject.probabilities.argmax(axis=1)
    return {
        "answers": {"train": _counts(train), "test": _counts(test)},
        "truth": {"train": _counts(y), "test": _counts(subject.y_test)},
        "accuracy": {
            "train": _share(train == y),
            "test": _share(test == subject.y_test),
            "clean": _clean_accuracy(subject),
        },
        "pixels": {"mean": round(float(x.mean()), 4), "largest": float(x.max())},
        "layers": _layers(subject, x[:PROBE], digits.one_hot(y[:PROBE])),
    }


def _counts(answers: Images) -> list[int]:
    return [int(count) for count in np.bincount(answers, minlength=10)]


def _share(which: Any) -> float:
    return round(float(np.mean(which)), 4)


def _clean_accuracy(subject: Subject) -> float | None:
    """The accuracy on the test images without their noise; None where they have none."""
    if not subject.config.dataset.test_noise:
        return None
    clean = digits.scaled(subject.raw.x_test, subject.config.dataset.scale)
    return _share(subject.predict(clean).argmax(axis=1) == subject.y_test)


def _layers(subject: Subject, x: Floats, y: Floats) -> list[dict[str, Any]]:
    """`layer`, its index; `activation`; `initial` and `newest`, the root mean square of the loss's
    gradient in its weights, before training and now, None without weights or where it is no
    finite number; `dead` and `saturated`, 0-1, None for activations that cannot be so."""
    initial = network.build(subject.config.layers, subject.config.seed)
    network.compile(initial, subject.config.compile)
    first, newest = gradients(initial, x, y), gradients(subject.model, x, y)
    layers = subject.model.layers
    outputs = keras.Model(subject.model.inputs[0], [one.output for one in layers])(x)
    seen: list[dict[str, Any]] = []
    for n, (layer, output) in enumerate(zip(layers, _arrays(outputs), strict=True)):
        activation = getattr(getattr(layer, "activation", None), "__name__", None)
        if activation is not None or first[n] is not None:
            seen.append(
                {
                    "layer": n,
                    "activation": activation,
                    "initial": first[n],
                    "newest": newest[n],
                    "dead": dead(activation, output),
                    "saturated": saturated(activation, output),
                }
            )
    return seen


def _arrays(outputs: Any) -> list[Floats]:
    """A model with a single output gives it bare."""
    return [np.asarray(one) for one in (outputs if isinstance(outputs, list) else [outputs])]


def gradients(model: keras.Model, x: Floats, y: Floats) -> list[float | None]:
    """For each layer of a compiled model the root mean square of the gradient in its kernel."""
    kernels = [getattr(layer, "kernel", None) for layer in model.layers]
    with tf.GradientTape() as tape:
        loss = model.loss(y, model(x, training=False))
    sources = [kernel.value for kernel in kernels if kernel is not None]
    found = iter(tape.gradient(loss, sources))
    return [None if kernel is None else _root_mean_square(next(found)) for kernel in kernels]


def _root_mean_square(gradient: Any) -> float | None:
    """Half the float32 gradients of thirteen sigmoid layers squared would be 0: hence float64."""
    if gradient is None:
        return None
    value = float(np.sqrt(np.mean(np.square(np.asarray(gradient, dtype=np.float64)))))
    return value if np.isfinite(value) else None


def dead(activation: str | None, output: Floats) -> float | None:
    """The share of a ReLU layer's neurons (of its channels) that are 0 for every image."""
    if activation != "relu":
        return None
    return _share(~(output > 0).any(axis=tuple(range(output.ndim - 1))))


def saturated(activation: str | None, output: Floats) -> float | None:
    """The share of a sigmoid or tanh layer's outputs whose slope is nearly gone (`FLAT`)."""
    slopes = {"sigmoid": 4 * output * (1 - output), "tanh": 1 - np.square(output)}
    return _share(slopes[activation] < FLAT) if activation in slopes else None
