"""Warnings about the layers of a network: activations, initial weights, Dropout, Flatten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webapp.schemas.augmentation import RandomMove
from webapp.schemas.config import RunConfig
from webapp.schemas.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Pooling,
)
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart
from webapp.schemas.problems import Fault

SATURATING = frozenset({"sigmoid", "hard_sigmoid"})
MANY_SIGMOIDS = 5
"""The number of sigmoid layers from which gradients hardly reach the first one."""

MOST_DROPPED = 0.9
"""The rate of Dropout from which hardly a value is left."""


def hidden(config: RunConfig) -> Iterator[Fault]:
    """Warn of activations that make hidden layers useless."""
    last, _ = last_activation(config.layers)
    for index, layer in enumerate(config.layers):
        path = f"layers[{index}].activation"
        if index < last and getattr(layer, "activation", "") == "softmax":
            msgid = N_(
                "softmax in a hidden layer passes little information: relu is the usual choice."
            )
            yield Fault(path, msgid, code="hidden_softmax")
        if _is_linear(layer) and _learns(config.layers[index + 1 :]):
            yield from _linear(path, type(layer).__name__, config.layers[index + 1 :])


def _linear(path: str, name: str, rest: Sequence[KerasPart]) -> Iterator[Fault]:
    """Warn of a linear layer with ``rest`` after it, unless an activation follows."""
    pooled = False
    for layer in rest:
        if isinstance(layer, Activation) and layer.activation != "linear":
            return
        if isinstance(layer, Dense | Conv2D):
            break
        pooled |= isinstance(layer, MaxPooling2D)
    msgid = N_(
        "%(layer)s has no activation (linear): together with the next layer that learns it can do "
        "no more than one layer. relu is the usual choice."
    )
    if pooled:
        msgid = N_(
            "%(layer)s has no activation (linear): only the max pooling after it is not linear. "
            "relu is the usual choice."
        )
    yield Fault(path, msgid, {"layer": name}, code="hidden_linear")


def sigmoids(config: RunConfig) -> Iterator[Fault]:
    """Warn of so many sigmoid layers that gradients vanish."""
    count = sum(getattr(layer, "activation", "") in SATURATING for layer in config.layers)
    if count >= MANY_SIGMOIDS:
        msgid = N_(
            "Through %(count)s sigmoid layers gradients vanish on the way back: with relu a "
            "network may be deeper."
        )
        yield Fault("layers", msgid, {"count": count}, code="many_sigmoids")


def single(config: RunConfig) -> Iterator[Fault]:
    """Warn of arguments that keep a single layer from learning."""
    for index, layer in enumerate(config.layers):
        initial = getattr(layer, "kernel_initializer", "")
        if initial in ("zeros", "ones"):
            msgid = N_(
                "If all initial weights are equal (%(name)s), they stay equal: the neurons "
                "cannot become different."
            )
            path = f"layers[{index}].kernel_initializer"
            yield Fault(path, msgid, {"name": initial}, code="weights_alike")
        if isinstance(layer, Dropout):
            yield from _dropout(index, layer, config.layers[index + 1 :])


def _dropout(index: int, layer: Dropout, rest: Sequence[KerasPart]) -> Iterator[Fault]:
    if layer.rate >= MOST_DROPPED:
        msgid = N_("Dropout with a rate of %(rate)s drops nearly everything.")
        values = {"rate": f"{layer.rate:g}"}
        yield Fault(f"layers[{index}].rate", msgid, values, code="drops_nearly_all")
    if not _learns(rest):
        msgid = N_(
            "Dropout at the end drops outputs of the network itself: put it before the last Dense "
            "layer."
        )
        yield Fault(f"layers[{index}]", msgid, code="drops_outputs")


def flat(config: RunConfig) -> Iterator[Fault]:
    """Warn of a Dense layer that Flatten follows where it should precede."""
    for index, layer in enumerate(config.layers):
        if isinstance(layer, Flatten | GlobalAveragePooling2D):
            return
        if isinstance(layer, Dense) and _is_flattened(config.layers[index + 1 :]):
            msgid = N_(
                "Dense before Flatten works on each pixel separately: put Flatten before it."
            )
            yield Fault(f"layers[{index}]", msgid, code="dense_before_flatten")


def _is_flattened(rest: Sequence[KerasPart]) -> bool:
    """Return whether Flatten comes before any layer that needs an image."""
    needs = (Conv2D, Pooling, GlobalAveragePooling2D, RandomMove)
    first = next((one for one in rest if isinstance(one, (Flatten, *needs))), None)
    return isinstance(first, Flatten)


def last_activation(layers: Sequence[KerasPart]) -> tuple[int, str]:
    """Return index and activation of the last layer that changes the outputs."""
    for index in range(len(layers) - 1, -1, -1):
        layer = layers[index]
        if isinstance(layer, Dense | Conv2D | Activation):
            return index, layer.activation
        if isinstance(layer, BatchNormalization):
            return index, "linear"
    return len(layers) - 1, "linear"


def _is_linear(layer: KerasPart) -> bool:
    return isinstance(layer, Dense | Conv2D) and layer.activation == "linear"


def _learns(layers: Sequence[KerasPart]) -> bool:
    return any(isinstance(layer, Dense | Conv2D) for layer in layers)
