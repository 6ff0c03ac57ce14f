"""Digits to look at, and the statistics of a dataset."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from webapp.schemas.answers.base import Answer, Base64, Count, Digit, Share

Brightness = Field(ge=0, le=255, examples=[33.3])


class DownloadStarted(Answer):
    """The download has begun; sockets tell of its progress."""

    name: str = Field(examples=["mnist"])
    state: Literal["downloading"]


class DigitsPage(Answer):
    """Digits in the dataset's own order: ``total`` that match, ``indices`` in the whole part,
    ``pixels`` 784 bytes each, 0 is paper; ``label`` null: all."""

    part: Literal["train", "test"]
    label: Digit | None
    offset: Count
    total: Count = Field(examples=[4000])
    indices: list[Count] = Field(examples=[[0, 1]])
    labels: list[Digit] = Field(examples=[[7, 2]])
    pixels: Base64


class Variants(Answer):
    """Variants of a digit, 784 bytes each."""

    pixels: Base64


class DigitStatistics(Answer):
    """One digit: ``ink`` is its mean pixel; ``mean`` and ``spread`` are pictures of 784 bytes."""

    digit: Digit
    count: Count
    ink: float | None = Brightness
    mean: Base64 | None
    spread: Base64 | None


class PixelStatistics(Answer):
    """All pixels: ``zero`` is the share of those that are 0, ``histogram`` counts the others."""

    min: int = Field(ge=0, le=255)
    max: int = Field(ge=0, le=255)
    mean: float = Brightness
    std: float = Field(ge=0, examples=[78.6])
    zero: Share
    histogram: list[Count] = Field(min_length=16, max_length=16)


class PartStatistics(Answer):
    """Statistics of the training or the test part."""

    count: Count = Field(examples=[4000])
    digits: list[DigitStatistics] = Field(min_length=10, max_length=10)
    pixels: PixelStatistics


class Statistics(Answer):
    """How many digits there are, what their mean looks like, how bright their pixels are."""

    train: PartStatistics
    test: PartStatistics
