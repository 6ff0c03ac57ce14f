"""Body of a request for variants of a digit, as a layer makes them while a network trains."""

from __future__ import annotations

from typing import Annotated

from webapp.schemas.augmentation import (
    GaussianNoise,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from webapp.schemas.base import Between, OneOf, Schema, Tagged
from webapp.schemas.datasets import PARTS

Augmentation = GaussianNoise | RandomRotation | RandomTranslation | RandomZoom


class AugmentQuestion(Schema):
    """Which digit, which layer, how many variants; the same seed gives the same ones."""

    label = ""

    part: Annotated[str, OneOf(dict.fromkeys(PARTS, ""))] = "train"
    index: Annotated[int, Between(0, 10_000_000)]
    layer: Annotated[Augmentation, Tagged("type")]
    count: Annotated[int, Between(1, 64)] = 12
    seed: Annotated[int, Between(0, 2**31 - 1)] = 1
