"""The facts of each dataset that a configuration may name; the images are elsewhere.

Every dataset has images of 28×28 grey pixels, 0–255, in ten classes, in a training and a test
part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from webapp.schemas.marks import N_

PARTS = ("train", "test")
"""Of every dataset."""

CLASSES = 10
"""The digits 0 to 9."""

SIDE = 28
"""Pixels from edge to edge of an image (``webapp.ink``, which imports nothing, has its own)."""

PIXELS = SIDE * SIDE

BUNDLED = "mnist-5k"
"""The dataset that is on every machine."""

SPLIT_SEED = 5000
"""Of the bundled digits' division into training and test."""

NOISE_SEED = 2016
"""Of the noise on test images: fixed, so that every evaluation of a run sees the same."""


@dataclass(frozen=True)
class DatasetFacts:
    """``train`` and ``test`` are numbers of images; ``title`` and ``help`` msgids."""

    title: str
    help: str
    train: int
    test: int


DATASETS: dict[str, DatasetFacts] = {
    BUNDLED: DatasetFacts(
        N_("5,000 digits (bundled)"),
        N_(
            "5,000 handwritten digits from MNIST: 4,000 for training and 1,000 for testing. "
            "Always available."
        ),
        4_000,
        1_000,
    ),
    "mnist": DatasetFacts(
        N_("MNIST, all 70,000 digits"),
        N_("The classic: 60,000 handwritten digits for training and 10,000 for testing."),
        60_000,
        10_000,
    ),
}

MOST_TRAINING = max(facts.train for facts in DATASETS.values())
"""Training images of the largest dataset."""


class Chosen(Protocol):
    """The choice of images: ``schemas.config.DatasetConfig``."""

    @property
    def name(self) -> str: ...
    @property
    def train_samples(self) -> int | None: ...


def train_count(dataset: Chosen) -> int:
    """Return how many training images are used, with the validation part."""
    most = DATASETS[dataset.name].train
    return most if dataset.train_samples is None else min(dataset.train_samples, most)


def split_at(count: int, validation_split: float) -> int:
    """Return how many of ``count`` images are trained on; the rest validate.

    Rounds as Keras does (``keras.src.trainers.data_adapters.data_adapter_utils``).
    """
    return math.floor(count * (1.0 - validation_split))
