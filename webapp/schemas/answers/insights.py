"""The views of what a network has learned, one model for each of ``schemas.insights.VIEWS``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel

from webapp.schemas.answers.base import Answer, Base64, Count, Digit, Share, View
from webapp.schemas.answers.layers import (
    Histograms,
    Measured,
    NoWeightPictures,
    UnitShares,
    WeightPictures,
)

OfDigits = Annotated[list[Count], Field(min_length=10, max_length=10)]


class Computing(Answer):
    """The view is being computed: ask again."""

    computing: Literal[True]


class Tested(View):
    """What the network says of every test image, in the dataset's own order: columns."""

    truth: list[Digit]
    answer: list[Digit]
    confidence: list[Share]


class MappedLayer(Answer):
    """A layer to draw the map from; ``type`` null: the pixels."""

    type: str | None = Field(examples=["Dense"])
    shape: list[int] = Field(examples=[[10]])


class MapView(View):
    """Chosen test images as points in the plane: ``x`` and ``y`` are little-endian float32,
    ``explained`` the shares of the variance on the two axes, null for t-SNE."""

    layers: list[MappedLayer]
    layer: Count
    method: Literal["pca", "tsne"]
    of: Count
    index: list[Count]
    truth: list[Digit]
    answer: list[Digit]
    confidence: list[Share]
    purity: list[Share]
    x: Base64
    y: Base64
    explained: Annotated[list[Share], Field(min_length=2, max_length=2)] | None


class Distorted(Answer):
    """The accuracy at each strength; ``examples`` holds an image of 784 bytes for each of
    ``shown``."""

    strength: list[float]
    accuracy: list[Share]
    shown: list[float]
    examples: Base64


class Robustness(View):
    """How the accuracy falls as ``images`` of the test images become harder to read."""

    images: Count
    of: Count
    clean: Share
    noise: Distorted
    rotation: Distorted
    shift: Distorted
    thickness: Distorted


class DigitCounts(Answer):
    """How often each digit, of training and of test images."""

    train: OfDigits
    test: OfDigits


class Accuracies(Answer):
    """Of training and test images; ``clean``: of the test images without their noise."""

    train: Share
    test: Share
    clean: Share | None


class PixelRange(Answer):
    """The pixels as the network gets them."""

    mean: float
    largest: float


class LayerEvidence(Answer):
    """A layer by its index: the gradients' root mean square at first and now, and its units."""

    layer: Count
    activation: str | None
    initial: Measured
    newest: Measured
    dead: Share | None
    saturated: Share | None


class Evidence(View):
    """What only the network itself can tell the coach."""

    answers: DigitCounts
    truth: DigitCounts
    accuracy: Accuracies
    pixels: PixelRange
    layers: list[LayerEvidence]


class Insight(RootModel[Any]):
    """One of the views."""

    model_config = ConfigDict(defer_build=True)

    root: (
        Tested
        | UnitShares
        | WeightPictures
        | NoWeightPictures
        | Histograms
        | MapView
        | Robustness
        | Evidence
    )
