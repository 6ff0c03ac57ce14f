"""The view `evidence`: what the coach (`webapp/coach`) needs to know of the network itself.

The answers it gives, how gradients pass through its layers, and which neurons do nothing. All is
measured on the run's own images, without dropout or other randomness of training.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from webapp.ml import digits, network
from webapp.ml.digits import Floats, Images
from webapp.ml.fitting.listening import finite
from webapp.ml.inference import probe, units
from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.datasets import split_at
from webapp.schemas.insights import Arguments

PROBE = 500
"""The number of training images, the first ones, on which gradients and neurons are measured."""
MOST_TRAINING = 5_000
"""The number of training images, the first ones, on which its answers are counted."""


def view(subject: Subject, _arguments: Arguments) -> dict[str, Any]:
    """Return what `webapp.coach.evidence.Measured` reads.

    That is counts by digit, accuracies 0-1, pixels as the network gets them, and what `_layers`
    returns for each layer with weights or an activation.
    """
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
    """Return the accuracy on the test images without their noise; None if they have none."""
    if not subject.config.dataset.test_noise:
        return None
    clean = digits.scaled(subject.raw.x_test, subject.config.dataset.scale)
    return _share(subject.predict(clean).argmax(axis=1) == subject.y_test)


def _layers(subject: Subject, x: Floats, y: Floats) -> list[dict[str, Any]]:
    """Return what was measured in each layer.

    `layer` is its index; `initial` and `newest` the root mean square of the loss's gradient in its
    weights, before training and now (None without weights or if it is not finite); `dead` and
    `saturated` are those of `units.Tally`.
    """
    initial = network.build(subject.config.layers, subject.config.seed)
    network.compile(initial, subject.config.compile)
    first, newest = gradients(initial, x, y), gradients(subject.model, x, y)
    seen: list[dict[str, Any]] = []
    for n, output in enumerate(probe.outputs(subject.model, x)):
        activation = getattr(subject.config.layers[n], "activation", None)
        if activation is not None or n in first:
            tally = units.Tally(activation)
            tally.add(output)
            seen.append(
                {
                    "layer": n,
                    "activation": activation,
                    "initial": first.get(n),
                    "newest": newest.get(n),
                    "dead": tally.dead,
                    "saturated": tally.saturated,
                }
            )
    return seen


def gradients(model: keras.Model, x: Floats, y: Floats) -> dict[int, float | None]:
    """Return the root mean square of the gradient in the kernel of each layer, by its index.

    `model` is compiled. None where the number is not finite.
    """
    places = [model.layers.index(layer) for layer in probe.with_kernel(model)]
    found = probe.kernel_gradients(model, x, y)
    return {n: _root_mean_square(one) for n, one in zip(places, found, strict=True)}


def _root_mean_square(gradient: Floats) -> float | None:
    """Use float64: in float32 the squared gradients of thirteen sigmoid layers underflow to 0."""
    return finite(float(np.sqrt(np.mean(np.square(gradient, dtype=np.float64)))))
