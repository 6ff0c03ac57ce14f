"""How long an epoch takes, without what a new attempt compiles."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from tests.ml.learning import SMALL, Configure, Listener
from webapp.ml import digits, engine, network
from webapp.ml.fitting import listening
from webapp.ml.fitting.epoch_timer import EpochTimer
from webapp.ml.fitting.progress import Progress


def test_an_epoch_takes_as_long_as_its_calls() -> None:
    timer = EpochTimer(0, 10, 100.0)
    for step in (4, 10):
        timer.add_call(step, 0.0)
    assert timer.seconds(105.0) == 5.0


def test_the_rest_of_an_epoch_is_scaled_without_what_was_compiled() -> None:
    timer = EpochTimer(4, 10, 100.0)
    for step, compiling in ((5, 3.0), (9, 0.0), (10, 0.5)):
        timer.add_call(step, compiling)
    assert timer.seconds(105.5) == pytest.approx(5.0), "four steps took two seconds"


def test_where_everything_was_compiled_it_counts() -> None:
    timer = EpochTimer(9, 10, 100.0)
    timer.add_call(10, 2.0)
    assert timer.seconds(102.0) == 20.0


def trained(
    configure: Configure, raw: digits.Digits, progress: Progress, *more: keras.callbacks.Callback
) -> None:
    """Train two epochs of three batches, the last of which is smaller."""
    config = configure(SMALL, dataset={"train_samples": 110}, fit={"epochs": 2, "batch_size": 50})
    prepared = digits.prepare_training(raw, config.dataset)
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    made = [*listening.callbacks(config.fit, Listener(), progress, 110), *more]
    engine.fit(
        model, prepared.x, prepared.y, batch_size=50, epochs=2, seed=1, progress=progress,
        callbacks=made,
    )  # fmt: skip


@pytest.mark.usefixtures("every_batch")
def test_the_calls_that_compile_are_known(configure: Configure, raw: digits.Digits) -> None:
    compiling: list[bool] = []

    class Noting(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            compiling.append(logs["compiling"] > 0)

    trained(configure, raw, Progress(), Noting())
    assert compiling == [False, True, True, False, False, False], "the first batch runs as it is"


@pytest.mark.usefixtures("every_batch")
@pytest.mark.parametrize("epoch", [0, 1])
def test_what_a_new_attempt_compiles_is_left_out(
    configure: Configure, raw: digits.Digits, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    left_out: list[bool] = []

    class Noting(EpochTimer):
        def add_call(self, step: int, compiling: float) -> None:
            left_out.append(compiling > 0)
            super().add_call(step, compiling)

    monkeypatch.setattr(listening, "EpochTimer", Noting)
    trained(configure, raw, Progress(epoch=epoch))
    assert left_out == ([True, False, True] if epoch else [False] * 6)
