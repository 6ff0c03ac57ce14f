"""Early stopping and the smaller learning rate on a plateau: both, by each number, in training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.ml.learning import Configure, Listener
from webapp.ml import digits, network
from webapp.ml.fitting.progress import Progress
from webapp.schemas.names import METRICS

CALLBACKS = {"early_stopping": "EarlyStopping", "reduce_lr_on_plateau": "ReduceLROnPlateau"}


def trained(configure: Configure, raw: digits.Digits, **fit: Any) -> tuple[Listener, Progress, Any]:
    """The records of a training of four epochs, its progress, and the model."""
    config = configure(fit={"epochs": 4, "validation_split": 0.2, **fit})
    model = network.build(config.layers, config.seed)
    network.compile(model, config.compile)
    listener, progress = Listener(), Progress()
    data = digits.prepare_training(raw, config.dataset)
    network.fit(model, data, config.fit, listener, seed=1, progress=progress)
    return listener, progress, model


@pytest.mark.parametrize("monitor", METRICS)
@pytest.mark.parametrize("callback", CALLBACKS)
def test_the_best_is_the_highest_accuracy_or_the_lowest_loss(
    configure: Configure, raw: digits.Digits, callback: str, monitor: str
) -> None:
    listener, progress, _model = trained(configure, raw, **{callback: {"monitor": monitor}})
    assert [one.epoch for one in listener.epochs] == [1, 2, 3, 4]
    seen = [getattr(one, monitor) for one in listener.epochs]
    best = max(seen) if "accuracy" in monitor else min(seen)
    assert progress.callbacks[CALLBACKS[callback]]["best"] == pytest.approx(best)
    assert min(seen) < max(seen), "or the test could not tell one direction from the other"


@pytest.mark.parametrize("monitor", METRICS)
def test_early_stopping_goes_back_to_the_epoch_that_was_best(
    configure: Configure, raw: digits.Digits, monitor: str
) -> None:
    stopping = {"monitor": monitor, "patience": 9, "restore_best": True}
    listener, _progress, model = trained(configure, raw, early_stopping=stopping)
    seen = [getattr(one, monitor) for one in listener.epochs]
    best = int(np.argmax(seen) if "accuracy" in monitor else np.argmin(seen)) + 1
    _, _, until_then = trained(configure, raw, epochs=best)
    for one, two in zip(model.get_weights(), until_then.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
