"""The evidence for the coach: a run's configuration, its curve, and what was measured inside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.schemas.config import RunConfig
from webapp.schemas.statuses import TERMINAL

STUCK = 0.3
"""A training accuracy below this means that nothing was learned: a network that answers one digit
has 0.10 to 0.12, one that separates two has 0.2. Of the lecture's experiments those that failed end
at 0.19 or less, those that learned at 0.85 or more (docs/lessons.md)."""

ENOUGH_STEPS = 1_000
"""The number of updates before which a running run is not called stuck: experiment 4, which learns
in the end, is at 0.15 after 400 and above ``STUCK`` after 800."""


@dataclass(frozen=True)
class Epoch:
    """An epoch's numbers; None: not finite, or without validation. Accuracies are 0-1."""

    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float | None = None
    val_accuracy: float | None = None
    learning_rate: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class LayerStatistics:
    """Measurements of a layer with weights or an activation.

    ``layer`` is its index in the configuration. ``initial`` and ``newest`` are the root mean square
    of the gradient in its weights; ``dead`` and ``saturated`` shares, 0-1. None: not applicable.
    """

    layer: int
    activation: str | None
    initial: float | None
    newest: float | None
    dead: float | None
    saturated: float | None


@dataclass(frozen=True)
class Measured:
    """The measurements of the view ``evidence`` (webapp/ml/inference/insights/evidence.py).

    ``answers`` and ``truth`` count the digits 0-9 by part (``train``, ``test``); ``accuracy`` is
    0-1 on ``train``, ``test`` (as the run is tested) and ``clean`` (without its noise, None if
    there is none); ``pixels`` holds their ``mean`` and ``largest`` as the network gets them.
    """

    answers: dict[str, list[int]]
    truth: dict[str, list[int]]
    accuracy: dict[str, float | None]
    pixels: dict[str, float]
    layers: Sequence[LayerStatistics]

    @classmethod
    def of(cls, view: dict[str, Any]) -> Measured:
        """Return the measurements in the view's JSON."""
        layers = [LayerStatistics(**layer) for layer in view["layers"]]
        kept = {name: view[name] for name in ("answers", "truth", "accuracy", "pixels")}
        return cls(**kept, layers=layers)


@dataclass(frozen=True)
class Evidence:
    """Everything by which the rules judge a run, with derived quantities.

    ``diverged_at`` is the first epoch whose loss was not finite; ``test`` the accuracy on the test
    images, 0-1; ``measured`` is None until it is known.
    """

    config: RunConfig
    status: str
    epochs: Sequence[Epoch] = field(default_factory=tuple)
    diverged_at: int | None = None
    test: float | None = None
    measured: Measured | None = None

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.status in TERMINAL

    @property
    def images(self) -> int:
        """The number of training images, without the validation part."""
        return self.config.trained_images

    @property
    def steps(self) -> int:
        """The number of weight updates in the completed epochs."""
        return len(self.epochs) * math.ceil(self.images / self.config.fit.batch_size)

    @property
    def accuracy(self) -> float | None:
        """The accuracy on the training images.

        Of the finished network if that was measured: the last epoch's mean is of weights that were
        still changing, with dropout.
        """
        if self.measured is not None:
            return self.measured.accuracy["train"]
        return self.epochs[-1].accuracy if self.epochs else None

    @property
    def unseen(self) -> float | None:
        """The accuracy on unseen images without noise: validation's, or the test's."""
        last = self.epochs[-1].val_accuracy if self.epochs else None
        if last is not None:
            return last
        if self.config.dataset.test_noise:
            return self.measured.accuracy["clean"] if self.measured else None
        return self.test

    def stuck(self, steps: int = ENOUGH_STEPS) -> bool:
        """Whether the network has learned almost nothing (``STUCK``), at its end or after
        ``steps``.
        """
        best = max((epoch.accuracy or 0.0 for epoch in self.epochs), default=0.0)
        now = self.accuracy
        enough = bool(self.epochs) and (self.over or self.steps >= steps)
        return enough and self.diverged_at is None and max(best, now or 0.0) < STUCK
