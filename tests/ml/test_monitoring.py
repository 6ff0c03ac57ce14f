"""Early stopping and the smaller learning rate on a plateau: both, by each number, in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.ml.learning import Configure, Listener
from webapp.ml import digits, network
from webapp.ml.fitting.progress import Progress
from webapp.schemas.events import EpochItem
from webapp.schemas.names import METRICS

CALLBACKS = ("EarlyStopping", "ReduceLROnPlateau")


class Keeper(Listener):
    """Keeps the weights after each epoch, too."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.weights: list[Any] = []

    def on_epoch(self, epoch: EpochItem) -> bool:
        self.weights.append(self.model.get_weights())
        return super().on_epoch(epoch)


def trained(configure: Configure, raw: digits.Digits, **fit: Any) -> tuple[Keeper, Progress]:
    """The records of a training of four epochs, and its progress."""
    config = configure(fit={"epochs": 4, "validation_split": 0.2, **fit})
    model = network.build(config.layers, config.seed)
    network.compile(model, config.compile)
    keeper, progress = Keeper(model), Progress()
    data = digits.prepare_training(raw, config.dataset)
    network.fit(model, data, config.fit, keeper, seed=1, progress=progress)
    return keeper, progress


@dataclass(frozen=True)
class Watched:
    """A number that both callbacks monitor, and what came of that training."""

    monitor: str
    keeper: Keeper
    progress: Progress

    def seen(self) -> list[float]:
        """The number after each epoch."""
        return [getattr(one, self.monitor) for one in self.keeper.epochs]


@pytest.fixture(scope="module", params=METRICS)
def watched(request: pytest.FixtureRequest, configure: Configure, raw: digits.Digits) -> Watched:
    """A training that both callbacks watch; four epochs are too few for them to interfere."""
    of = {"monitor": request.param}
    callbacks = {"early_stopping": {**of, "restore_best": True}, "reduce_lr_on_plateau": of}
    return Watched(request.param, *trained(configure, raw, **callbacks))


@pytest.fixture(scope="module")
def unwatched(configure: Configure, raw: digits.Digits) -> Keeper:
    """The same training without callbacks."""
    return trained(configure, raw)[0]


@pytest.mark.parametrize("callback", CALLBACKS)
def test_the_best_is_the_highest_accuracy_or_the_lowest_loss(
    watched: Watched, callback: str
) -> None:
    assert [one.epoch for one in watched.keeper.epochs] == [1, 2, 3, 4]
    seen = watched.seen()
    best = max(seen) if "accuracy" in watched.monitor else min(seen)
    assert watched.progress.callbacks[callback]["best"] == pytest.approx(best)
    assert min(seen) < max(seen), "or the test could not tell one direction from the other"


def test_early_stopping_goes_back_to_the_epoch_that_was_best(
    watched: Watched, unwatched: Keeper
) -> None:
    seen = watched.seen()
    best = int(np.argmax(seen) if "accuracy" in watched.monitor else np.argmin(seen))
    model = watched.keeper.model
    for one, two in zip(model.get_weights(), unwatched.weights[best], strict=True):
        np.testing.assert_array_equal(one, two)
