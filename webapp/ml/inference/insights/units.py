"""The view `units`: how many units of each layer are dead or saturated, epoch by epoch."""

from __future__ import annotations

from typing import Any

import keras

from webapp.ml.inference import probe, units
from webapp.ml.inference.insights.over_epochs import OverEpochs
from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.insights import Arguments

IMAGES, SLICE = 1000, 100
"""The number of test images shown to the network, and how many at once."""

Shares = list[dict[str, float | None]]


def view(subject: Subject, _arguments: Arguments) -> dict[str, Any]:
    """Return the shares of dead, saturated and active units of each layer, for every epoch.

    `images`: how many were shown; `epochs`; `layers`: `number` (1 is the run's first layer),
    `type`, `activation`, and for every epoch `dead`, `saturated` and `active`, as in `units.Tally`.
    The output layer is left out.
    """
    found = _measured.of(subject)
    layers = [
        {
            "number": number,
            "type": layer.type,
            "activation": layer.activation,
            **{
                name: [shares[place][name] for _epoch, shares in found]
                for name in ("dead", "saturated", "active")
            },
        }
        for place, (number, layer) in enumerate(_watched(subject))
    ]
    images = min(IMAGES, len(subject.x_test))
    return {"images": images, "epochs": [epoch for epoch, _ in found], "layers": layers}


def _watched(subject: Subject) -> list[tuple[int, Any]]:
    """Return the layers that have an activation, except the last, with their numbers."""
    layers = subject.config.layers[:-1]
    return [
        (number, layer)
        for number, layer in enumerate(layers, start=1)
        if getattr(layer, "activation", None) is not None
    ]


def _shares(subject: Subject, model: keras.Model) -> Shares:
    watched = _watched(subject)
    tallies = [units.Tally(layer.activation) for _number, layer in watched]
    x = subject.x_test[:IMAGES]
    for start in range(0, len(x), SLICE):
        outputs = probe.outputs(model, x[start : start + SLICE])
        for (number, _layer), tally in zip(watched, tallies, strict=True):
            tally.add(outputs[number - 1])
    return [
        {"dead": tally.dead, "saturated": tally.saturated, "active": tally.active}
        for tally in tallies
    ]


_measured = OverEpochs(_shares)
