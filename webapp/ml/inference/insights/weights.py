"""The view `weights`: the weights of each unit as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from webapp.ml.digits import Floats
from webapp.ml.inference.insights.subject import Subject
from webapp.ml.inference.packing import packed
from webapp.ml.process import failure
from webapp.schemas.datasets import PIXELS, SIDE

if TYPE_CHECKING:
    from webapp.schemas.insights import WeightsArguments

IMAGE = (SIDE, SIDE, 1)

MAX_CHANNELS = 64
"""The most input channels of a filter that are shown."""

SPARED = 0.005
"""The share of weights beyond `limit`: a few large ones must not make all others pale."""


def view(subject: Subject, asked: WeightsArguments) -> dict[str, Any]:
    """Return one page of the pictures of one layer.

    `layers`: which can be shown, `number` (1 is the run's first layer), `type`, `units`; `layer`:
    the number of the one shown, null if there is none. `height`, `width`, `channels` of a picture;
    `limit`: the weight, in magnitude, with the full colour, the same on every page; `units`: for
    each picture `unit`, `norm` (L2), `low`, `high`, and `values` with their `scale` (see `packed`),
    channel by channel, row by row. Raises Failure when they are not finite.
    """
    known = pictured(subject.model)
    layers = [
        {"number": number, "type": type(layer).__name__, "units": pictures.shape[0]}
        for number, layer, pictures in known
    ]
    chosen = next((one for one in known if one[0] == asked.layer), known[0] if known else None)
    if chosen is None:
        return {"layers": [], "layer": None, "units": []}
    number, _layer, pictures = chosen
    if not np.isfinite(pictures).all():
        raise failure.not_finite()
    norms = np.sqrt((pictures.astype(np.float64) ** 2).sum(axis=(1, 2, 3)))
    order = np.argsort(-norms, kind="stable") if asked.order == "norm" else np.arange(len(norms))
    page = order[asked.offset : asked.offset + asked.limit]
    return {
        "layers": layers,
        "layer": number,
        "channels": min(pictures.shape[1], MAX_CHANNELS),
        "height": pictures.shape[2],
        "width": pictures.shape[3],
        "limit": float(np.quantile(np.abs(pictures), 1 - SPARED)),
        "units": [_unit(int(unit), float(norms[unit]), pictures[unit]) for unit in page],
    }


def pictured(model: keras.Model) -> list[tuple[int, Any, Floats]]:
    """Return the layers whose weights are pictures: (number, layer, (units, channels, height,
    width)).

    Those are convolutions, and a dense layer whose input is the pixels of the image.
    """
    found = []
    image = True  # whether a layer gets one number for each pixel of the image
    for number, layer in enumerate(model.layers, start=1):
        if isinstance(layer, keras.layers.Conv2D):
            found.append((number, layer, np.transpose(np.asarray(layer.kernel), (3, 2, 0, 1))))
        elif isinstance(layer, keras.layers.Dense) and image and layer.kernel.shape[0] == PIXELS:
            found.append((number, layer, np.asarray(layer.kernel).T.reshape(-1, 1, SIDE, SIDE)))
        image = image and _keeps_pixels(layer)
    return found


def _keeps_pixels(layer: Any) -> bool:
    """Return whether the outputs of a layer still correspond to the pixels one by one."""
    mixing = keras.layers.Dense | keras.layers.Conv2D
    return not isinstance(layer, mixing) and int(np.prod(layer.output.shape[1:])) == PIXELS


def _unit(unit: int, norm: float, picture: Floats) -> dict[str, Any]:
    low, high = float(picture.min()), float(picture.max())
    return {"unit": unit, "norm": norm, "low": low, "high": high, **packed(picture[:MAX_CHANNELS])}
