"""What a worker does while nobody has work for it, so that the next run starts at once."""

from __future__ import annotations

import contextlib

import numpy as np

from webapp.ml import digits, engine, network
from webapp.ml.failure import Failure
from webapp.schemas.config import CompileConfig
from webapp.schemas.datasets import DATASETS
from webapp.schemas.layers import Dense, Flatten
from webapp.settings import Settings


def warm_up(settings: Settings) -> None:
    """Take into memory the digits that are on this machine, then train a batch and forget it.

    A process' first batch takes 0.2 s longer than the next network's: Keras imports parts of
    itself and TensorFlow looks for its kernels then.
    """
    for name in DATASETS:
        with contextlib.suppress(Failure):  # not on this machine: nothing to take
            digits.load_once(name, settings.data_dir, settings.mnist)
    model = network.build([Flatten(), Dense(units=10, activation="softmax")], seed=0)
    network.compile(model, CompileConfig())
    x, y = np.zeros((2, 28, 28, 1), np.uint8), np.eye(10, dtype=np.float32)[:2]
    engine.fit(model, x, y, batch_size=1, epochs=1, seed=0)
