"""The view `robustness`: how accuracy falls as test images become harder to read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.ml.digits import Floats, Images, as_images, scaled
from webapp.ml.inference import distort
from webapp.ml.inference.insights.subject import Subject
from webapp.ml.inference.sample import stratified
from webapp.schemas.insights import RobustnessArguments

MOST_IMAGES = 1_000
EXAMPLE = 2
"""The digit that is shown: rotated, it looks like no other."""

Versions = Callable[[Images, float], list[Images]]


@dataclass(frozen=True)
class Reshaping:
    """One distortion of the shape of digits.

    It makes `versions` (one, or several directions, whose mean accuracy counts) at each of
    `strengths`, ascending. Those of `shown` have an example.
    """

    strengths: Sequence[float]
    shown: Sequence[float]
    versions: Versions


def _turned(images: Images, degrees: float) -> list[Images]:
    return [distort.rotated(images, degrees)]


def _moved(images: Images, pixels: float) -> list[Images]:
    step = int(pixels)
    directions = distort.DIRECTIONS if step else distort.DIRECTIONS[:1]
    return [distort.shifted(images, rows * step, columns * step) for rows, columns in directions]


def _thickened(images: Images, pixels: float) -> list[Images]:
    return [distort.thickened(images, pixels)]


SIGMAS = [tenth / 10 for tenth in range(11)]
SHOWN_SIGMAS = (0, 0.2, 0.5, 0.7, 1)

RESHAPINGS = {
    "rotation": Reshaping(range(-90, 91, 15), (-90, -45, 0, 45, 90), _turned),
    "shift": Reshaping(range(9), (0, 2, 4, 6, 8), _moved),
    "thickness": Reshaping([n / 4 for n in range(-4, 9)], (-1, -0.5, 0, 1, 2), _thickened),
}


def view(subject: Subject, _arguments: RobustnessArguments) -> dict[str, Any]:
    """Return the accuracy on chosen test images under growing distortion, without the run's own
    noise.

    `images` of `of` (see `stratified`); `clean`, their accuracy, 0-1; for `noise` (sigma, after
    scaling), `rotation` (degrees, counter-clockwise), `shift` (pixels, mean of four directions) and
    `thickness` (pixels at each edge): `strength` and `accuracy`, and `examples`: one image at each
    strength of `shown`, 784 bytes each, base64.
    """
    trial = Trial(subject)
    return {
        "images": len(trial.images),
        "of": len(subject.y_test),
        "clean": trial.accuracy([trial.images]),
        "noise": _noise(trial, subject.raw.x_test.shape),
        **{name: _reshaped(trial, one) for name, one in RESHAPINGS.items()},
    }


class Trial:
    """The chosen images, (n, 28, 28), raw, and the network's accuracy on distorted versions of
    them.

    `example` (1, 28, 28) is the one at `place`.
    """

    def __init__(self, subject: Subject) -> None:
        self.chosen = stratified(subject.y_test, MOST_IMAGES)
        self.images = subject.raw.x_test[self.chosen]
        self.scale = subject.config.dataset.scale
        self._labels = subject.y_test[self.chosen]
        self.place = int((self._labels == EXAMPLE).argmax())
        self.example = self.images[self.place : self.place + 1]
        self._subject = subject

    def accuracy(self, versions: Iterable[Images]) -> float:
        """Return the share of right answers, the mean over several versions of the images."""
        return float(np.mean([self.accuracy_of(scaled(one, self.scale)) for one in versions]))

    def accuracy_of(self, x: Floats) -> float:
        """Return the share of right answers for images as the network gets them."""
        return float((self._subject.predict(x).argmax(axis=1) == self._labels).mean())


def _reshaped(trial: Trial, one: Reshaping) -> dict[str, Any]:
    return {
        "strength": list(one.strengths),
        "accuracy": [trial.accuracy(one.versions(trial.images, each)) for each in one.strengths],
        "shown": list(one.shown),
        "examples": _packed([one.versions(trial.example, each)[0] for each in one.shown]),
    }


def _noise(trial: Trial, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the noise of all test images, `shape`, drawn as in `prepare_test`."""
    noise = distort.noise(shape)[trial.chosen, ..., np.newaxis]
    clean = scaled(trial.images, trial.scale)

    def noisy(sigma: float) -> Floats:
        return clean + np.float32(sigma) * noise

    return {
        "strength": SIGMAS,
        "accuracy": [trial.accuracy_of(noisy(sigma)) for sigma in SIGMAS],
        "shown": list(SHOWN_SIGMAS),
        "examples": _packed(
            as_images(noisy(sigma)[trial.place, np.newaxis], trial.scale) for sigma in SHOWN_SIGMAS
        ),
    }


def _packed(examples: Iterable[Images]) -> str:
    return base64.b64encode(b"".join(one.tobytes() for one in examples)).decode("ascii")
