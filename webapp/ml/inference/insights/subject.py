"""The subject of a view: a run's network with the weights of one checkpoint, and its digits.

Expensive parts are computed at their first use and cached: views of one checkpoint share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np

from webapp.ml import digits, network
from webapp.ml.digits import Digits, Floats, Images
from webapp.ml.fitting import checkpoint
from webapp.ml.process.failure import Failure
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_

SLICE = 500
"""Images that are computed at once."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A checkpoint of a run: that of `epoch`, in the file `path`.

    `raw` are the digits of the run's dataset, unchanged; `kept` are all kept checkpoints of
    complete epochs, ascending, as (epoch, file).
    """

    config: RunConfig
    epoch: int
    path: Path
    raw: Digits
    kept: Sequence[tuple[int, Path]]

    @cached_property
    def model(self) -> keras.Model:
        """The network, compiled, with the checkpoint's weights. Raises Failure."""
        return self.at(self.path)

    def at(self, path: Path) -> keras.Model:
        """Return a separate network with another checkpoint's weights. Raises Failure."""
        model = network.build(self.config.layers)
        network.compile(model, self.config.compile)
        try:
            model.set_weights(checkpoint.read_weights(path))
        except (OSError, ValueError) as error:
            message = N_("The model of this run was deleted.")
            raise Failure("model_missing", message, expected=True) from error
        return model

    @cached_property
    def x_test(self) -> Floats:
        """The test images as the network gets them: (n, 28, 28, 1), scaled, noise included."""
        return digits.prepare_test(self.raw, self.config.dataset)[0]

    @property
    def y_test(self) -> Images:
        """The test digits, (n,), uint8."""
        return self.raw.y_test

    @cached_property
    def x_train(self) -> Floats:
        """The training images as the network gets them, validation part included."""
        wanted = self.config.dataset.train_samples
        return digits.scaled(self.raw.x_train[:wanted], self.config.dataset.scale)

    @property
    def y_train(self) -> Images:
        """The training digits, (n,), uint8."""
        return self.raw.y_train[: self.config.dataset.train_samples]

    @cached_property
    def probabilities(self) -> Floats:
        """The network's probabilities for each test image: (n, 10), each row sums to 1."""
        return self.predict(self.x_test)

    def predict(self, x: Floats) -> Floats:
        """Return probabilities (n, 10) of images (n, 28, 28, 1), computed in slices.

        Raises Failure when they are not finite.
        """
        parts = [network.predict(self.model, x[n : n + SLICE]) for n in range(0, len(x), SLICE)]
        return np.concatenate(parts)
