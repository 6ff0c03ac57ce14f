"""The views of a network layer by layer: its units, its weights, their gradients."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from webapp.schemas.answers.base import Answer, Count, Epoch, Share, View
from webapp.schemas.answers.predictions import Packed

Measured = Annotated[float, Field(examples=[0.02])] | None
"""Null where it is not finite, or not known."""


class LayerShares(Answer):
    """Shares of a layer's units, an entry for each epoch."""

    number: int = Field(ge=1)
    type: str = Field(examples=["Dense"])
    activation: str = Field(examples=["relu"])
    dead: list[Share | None]
    saturated: list[Share | None]
    active: list[Share | None]


class UnitShares(View):
    """How many units of each layer are dead or saturated, epoch by epoch."""

    images: Count
    epochs: list[Epoch]
    layers: list[LayerShares]


class PicturedLayer(Answer):
    """A layer whose weights are pictures."""

    number: int = Field(ge=1)
    type: str = Field(examples=["Dense"])
    units: Count = Field(examples=[10])


class UnitPicture(Packed):
    """A unit's weights, channel by channel; ``norm`` is their L2 norm."""

    unit: Count
    norm: float
    low: float
    high: float


class WeightPictures(View):
    """One page of a layer's weights as pictures; ``limit`` is the weight with the full colour."""

    layers: list[PicturedLayer]
    layer: int = Field(ge=1)
    channels: int = Field(ge=1)
    height: int = Field(ge=1, examples=[28])
    width: int = Field(ge=1, examples=[28])
    limit: float = Field(ge=0)
    units: list[UnitPicture]


class NoWeightPictures(View):
    """The network has no layer whose weights are pictures."""

    layers: list[PicturedLayer] = Field(max_length=0)
    layer: None
    units: list[UnitPicture] = Field(max_length=0)


class WeightSpread(Answer):
    """How the weights spread, epoch by epoch, in bins from −limit to limit."""

    limit: float
    shares: list[list[Share]]
    mean: list[Measured]
    std: list[Measured]


class GradientSpread(Answer):
    """The magnitudes of gradients, epoch by epoch, in bins of the powers of ten ``decades``."""

    decades: list[int] = Field(min_length=2, max_length=2, examples=[[-10, 2]])
    shares: list[list[Share]]
    zero: list[Share]
    norm: list[Measured]


class LayerHistograms(Answer):
    """One layer with a kernel."""

    number: int = Field(ge=1)
    type: str = Field(examples=["Dense"])
    parameters: Count = Field(examples=[7840])
    weights: WeightSpread
    gradients: GradientSpread


class Histograms(View):
    """How weights and gradients spread over epochs; gradients by the first ``images``."""

    epochs: list[Epoch]
    images: Count
    layers: list[LayerHistograms]
