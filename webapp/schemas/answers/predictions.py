"""What a run's network answers: a digit, a look inside, an evaluation."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from webapp.schemas.answers.base import (
    Answer,
    Base64,
    Count,
    Digit,
    Epoch,
    Pixels,
    Probabilities,
    Share,
)

Shape = Annotated[
    list[int], Field(examples=[[28, 28, 8]], description="units, or height, width and channels")
]


class Prediction(Answer):
    """The digit that the network sees, and the image it saw; ``ms`` is the server's time."""

    digit: Digit
    probabilities: Probabilities
    input: Pixels
    epoch: Epoch
    ms: float = Field(ge=0, examples=[3.2])


class Packed(Answer):
    """Numbers: ``scale`` times a signed byte each."""

    scale: float
    values: Base64


class LayerLook(Packed):
    """What a layer gives for one image; ``number`` 1 is the run's first layer, ``values`` holds
    ``shown`` units or channels, channel by channel, ``active`` is the share above 0."""

    number: int = Field(ge=1)
    type: str = Field(examples=["Dense"])
    activation: str | None = Field(examples=["relu"])
    shape: Shape
    shown: Count
    low: float | None
    mean: float | None
    high: float | None
    active: Share


class Saliency(Answer):
    """28 × 28 each: the gradient of the answer's score in each pixel, and the same times the
    pixel, which is what spoke for the answer."""

    spoke: Packed
    gradient: Packed


class Look(Answer):
    """What every layer gives for a drawing."""

    digit: Digit
    probabilities: Probabilities
    layers: list[LayerLook]
    saliency: Saliency
    input: Pixels
    epoch: Epoch
    ms: float = Field(ge=0, examples=[21.5])


class DigitScores(Answer):
    """How a digit was recognised."""

    precision: Share
    recall: Share
    f1: Share
    support: Count = Field(examples=[100])


Row = Annotated[list[Count], Field(min_length=10, max_length=10)]


class Evaluation(Answer):
    """The test on the whole test set; a row of ``confusion`` is a true digit."""

    epoch: Epoch
    loss: float = Field(examples=[0.31])
    accuracy: Share
    samples: Count = Field(examples=[1000])
    confusion: list[Row] = Field(min_length=10, max_length=10)
    per_class: list[DigitScores] = Field(min_length=10, max_length=10)


class TestDigits(Answer):
    """Chosen digits of the test part; ``pixels`` holds 784 bytes a digit, 0 is paper."""

    indices: list[Count] = Field(examples=[[0, 17]])
    labels: list[Digit] = Field(examples=[[7, 2]])
    pixels: Base64
