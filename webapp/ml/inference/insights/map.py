"""The view `map`: test images as points in the plane, close where a layer sees them alike."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from webapp.ml.digits import Floats
from webapp.ml.inference.insights.subject import SLICE, Subject
from webapp.ml.inference.projection import principal, purity, tsne
from webapp.ml.inference.sample import stratified
from webapp.ml.process.failure import Failure
from webapp.schemas.marks import N_

if TYPE_CHECKING:
    from webapp.schemas.insights import MapArguments

MOST_IMAGES = 2_000
MOST_NUMBERS = 2**25
"""The limit for all images together, 128 MB: for a layer with very many outputs fewer images are
used."""


def view(subject: Subject, asked: MapArguments) -> dict[str, Any]:
    """Return a point for each of the chosen test images (see `stratified`).

    `layers`: `type` and `shape` of each, the first one (`type` null) the pixels; `layer`: the one
    shown, the last if there are fewer; `method`; `of`: the number of test images; `index` in the
    test part, `truth`, `answer`, `confidence` (0-1), `purity` (see `purity`; of the layer's own
    numbers, not of the picture) of each; `x`, `y`: little-endian float32 in base64; `explained`:
    the shares of the variance on the two axes, null for t-SNE. Raises Failure when the layer's
    outputs are not finite.
    """
    layers = layers_of(subject.model)
    layer = min(asked.layer, len(layers) - 1)
    numbers = int(np.prod(layers[layer]["shape"]))
    chosen = stratified(subject.y_test, min(MOST_IMAGES, MOST_NUMBERS // numbers))
    features, labels = (
        output_of(subject.model, layer, subject.x_test[chosen]),
        subject.y_test[chosen],
    )
    if not np.isfinite(features).all():
        infinite = N_("The outputs of this layer are no longer finite numbers.")
        raise Failure("not_finite", infinite, expected=True)
    if asked.method == "tsne":
        points, explained = tsne(features, labels), None
    else:
        found = principal(features, labels)
        points, explained = found.points, found.explained.tolist()
    said = subject.probabilities[chosen]
    return {
        "layers": layers,
        "layer": layer,
        "method": asked.method,
        "of": len(subject.y_test),
        "index": chosen.tolist(),
        "truth": labels.tolist(),
        "answer": said.argmax(axis=1).tolist(),
        "confidence": [round(value, 4) for value in said.max(axis=1).tolist()],
        "purity": [round(value, 4) for value in purity(features, labels).tolist()],
        "x": _packed(points[:, 0]),
        "y": _packed(points[:, 1]),
        "explained": explained,
    }


def layers_of(model: keras.Model) -> list[dict[str, Any]]:
    """Return `type` and output `shape` of the pixels (type null) and then of each layer."""
    own = [
        {"type": type(layer).__name__, "shape": list(layer.output.shape[1:])}
        for layer in model.layers
    ]
    return [{"type": None, "shape": list(model.input_shape[1:])}, *own]


def output_of(model: keras.Model, layer: int, x: Floats) -> Floats:
    """Return the output of layer `layer` for images (n, 28, 28, 1): (n, numbers).

    Layer 0 is the pixels as the network gets them.
    """
    parts = []
    for start in range(0, len(x), SLICE):
        output = x[start : start + SLICE]
        for each in model.layers[:layer]:
            output = each(output, training=False)
        parts.append(np.asarray(output).reshape(len(output), -1))
    return np.concatenate(parts)


def _packed(numbers: Any) -> str:
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode("ascii")
