"""The view `evidence`: what only the network itself can tell the coach (`webapp/coach`).

What it answers, from which parts of a network gradients come through, and which neurons are of no
use. All is measured on the run's own images, without dropout and other chance of training.
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
"""So many training images, the first ones, tell gradients and neurons."""
MOST_TRAINING = 5_000
"""So many training images, the first ones, tell what it answers to what it learned from."""


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
    finite number; `dead` and `saturated` as `units.Tally` has them."""
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
    """For each layer of a compiled model that has a kernel, by its index, the root mean square of
    the gradient in it; None where that is no finite number."""
    places = [model.layers.index(layer) for layer in probe.with_kernel(model)]
    found = probe.kernel_gradients(model, x, y)
    return {n: _root_mean_square(one) for n, one in zip(places, found, strict=True)}


def _root_mean_square(gradient: Floats) -> float | None:
    """Half the float32 gradients of thirteen sigmoid layers squared would be 0: hence float64."""
    return finite(float(np.sqrt(np.mean(np.square(gradient, dtype=np.float64)))))
