"""What happens in a network for one image: the output of each layer, and the saliency of pixels."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from webapp.ml import network
from webapp.ml.digits import Floats, Images, scaled
from webapp.ml.fitting.listening import finite
from webapp.ml.inference import probe
from webapp.ml.inference.model_cache import Loaded
from webapp.ml.inference.packing import packed
from webapp.schemas.datasets import PIXELS
from webapp.schemas.layers import Layer

MAX_NETWORKS = 8

MAX_VALUES = 32 * PIXELS
"""The most values of a layer; a convolution with more shows the first of its channels."""
MAX_VALUES_IN_ALL = 400_000

PASSING = frozenset({"Flatten", "Dropout", "GaussianNoise", "RandomRotation", "RandomTranslation",
                     "RandomZoom"})  # fmt: skip
"""Layers that pass their input on in inference: they have nothing to show."""

Answer = dict[str, Any]


class Looks:
    """Computes what happens in networks for one image; each is compiled at its first use. For one
    thread.
    """

    def __init__(self) -> None:
        self._probes: OrderedDict[str, probe.Probe] = OrderedDict()

    def look(self, loaded: Loaded, image: Images) -> Answer:
        """Return the network's answer for an image (28, 28), uint8, prepared as its training images
        were.

        `digit` and `probabilities`; `layers`, each as in `layer_seen`; and `saliency`: `gradient`
        (28 × 28), of `probe.score` with respect to each pixel as the network gets it, and `spoke`,
        the same times the pixel: how much this ink speaks for (above 0) or against the answer
        (gradient × input: Shrikumar et al. 2016, arXiv:1605.01713).
        """
        x = scaled(image[np.newaxis], loaded.config.dataset.scale)
        seen, gradient = self._probe(loaded)(*loaded.weights, tf.constant(x))
        outputs = [np.asarray(output) for output in seen]
        probabilities = network.probabilities(outputs[-1])[0]
        slopes = np.asarray(gradient)[0, ..., 0]
        return {
            "digit": int(probabilities.argmax()),
            "probabilities": probabilities.astype(float).tolist(),
            "layers": layers_seen(loaded.config.layers, [output[0] for output in outputs]),
            "saliency": {"spoke": packed(slopes * x[0, ..., 0]), "gradient": packed(slopes)},
        }

    def _probe(self, loaded: Loaded) -> probe.Probe:
        name = json.dumps([layer.model_dump(mode="json") for layer in loaded.config.layers])
        if name not in self._probes:
            self._probes[name] = probe.compiled(loaded.config.layers)
            if len(self._probes) > MAX_NETWORKS:
                self._probes.popitem(last=False)
        self._probes.move_to_end(name)
        return self._probes[name]


def layers_seen(layers: Sequence[Layer], outputs: Sequence[Floats]) -> list[Answer]:
    """Return `layer_seen` of every layer that changes its input; `outputs` are of one image."""
    shown = [
        (number, layer, output)
        for number, (layer, output) in enumerate(zip(layers, outputs, strict=True), start=1)
        if layer.type not in PASSING
    ]
    most = min(MAX_VALUES, MAX_VALUES_IN_ALL // max(1, len(shown)))
    return [
        {"number": number, **layer_seen(layer, output, most)} for number, layer, output in shown
    ]


def layer_seen(layer: Layer, output: Floats, most: int) -> Answer:
    """Return a layer's output for one image, (units,) or (height, width, channels).

    `type`, `activation` (null: none), `shape`, `shown`: how many units or channels `values` holds,
    `most` numbers at most; `values` and `scale` (see `packed`), channel by channel, row by row;
    `low`, `mean`, `high` of all finite numbers (null: there are none); `active`: the share above 0.
    """
    shown = output
    if output.ndim == 3:
        channels = max(1, most // (output.shape[0] * output.shape[1]))
        shown = np.moveaxis(output[..., :channels], -1, 0)
    fine = output[np.isfinite(output)]
    return {
        "type": layer.type,
        "activation": getattr(layer, "activation", None),
        "shape": list(output.shape),
        "shown": len(shown),
        "low": finite(float(fine.min())) if fine.size else None,
        "mean": finite(float(fine.mean())) if fine.size else None,
        "high": finite(float(fine.max())) if fine.size else None,
        "active": float((output > 0).mean()),
        **packed(shown),
    }
