"""Finds units that do nothing: dead ones, and saturated ones, which pass no gradient.

A unit is a neuron of a dense layer or a channel of a convolution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.ml.digits import Floats

FLAT = 0.05
"""A unit is saturated where its activation's slope is less than this share of the steepest one.
Glorot and Bengio (2010, section 3) show what saturation does; the share is our choice: for tanh
it means beyond ±0.975, for the sigmoid below 0.013 or above 0.987."""

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
"""As Keras has them; Klambauer et al. 2017, arXiv:1706.02515."""

SLOPES: Mapping[str, Callable[[Floats], NDArray[Any]]] = {
    "sigmoid": lambda y: 4 * y * (1 - y),
    "tanh": lambda y: 1 - y * y,
    "softsign": lambda y: (1 - np.abs(y)) ** 2,
    "hard_sigmoid": lambda y: ((y > 0) & (y < 1)).astype(np.float32),
    "softplus": lambda y: 1 - np.exp(-y),
    "elu": lambda y: np.minimum(y, 0) + 1,
    "selu": lambda y: np.minimum(y, 0) / (SELU_SCALE * SELU_ALPHA) + 1,
}
"""For activations that saturate: the slope, as a share of the steepest, at output y. (relu is dead
or not; leaky_relu never saturates; the output of gelu and silu does not determine the slope.)"""

DYING = frozenset({"relu"})
"""Activations under which a unit can be 0 for every image, and then never learns again (Lu et al.
2019, "Dying ReLU and Initialization", arXiv:1903.06733)."""


class Tally:
    """Counts over the outputs of one layer, added slice by slice."""

    def __init__(self, activation: str | None) -> None:
        self._slope = SLOPES.get(activation or "")
        self._dies = activation in DYING
        self._alive: NDArray[np.bool_] | None = None
        self._flat = self._positive = self._all = 0

    def add(self, outputs: Floats) -> None:
        """Count the outputs (n, …, units) of n more images."""
        flat = outputs.reshape(-1, outputs.shape[-1])
        active: NDArray[np.bool_] = np.logical_or.reduce(flat > 0, axis=0)
        if self._alive is None:
            self._alive = active
        else:
            self._alive |= active
        self._positive += int((flat > 0).sum())
        self._all += flat.size
        if self._slope is not None:
            self._flat += int((self._slope(flat) < FLAT).sum())

    @property
    def dead(self) -> float | None:
        """Return the share of units, 0-1, that were 0 for every image; None: they cannot die."""
        if not self._dies or self._alive is None:
            return None
        return float(1 - self._alive.mean())

    @property
    def saturated(self) -> float | None:
        """Return the share of outputs, 0-1, where the activation is flat; None: it never is."""
        return self._flat / self._all if self._slope is not None and self._all else None

    @property
    def active(self) -> float | None:
        """Return the share of outputs, 0-1, above 0."""
        return self._positive / self._all if self._all else None
