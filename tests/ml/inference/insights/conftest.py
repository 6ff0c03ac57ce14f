"""A run of three epochs to look into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ml.learning import Configure, Listener
from webapp.ml import digits, network
from webapp.ml.digits import Digits
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.config import RunConfig
from webapp.schemas.events import EpochItem

Study = Callable[..., Subject]


class Keeper(Listener):
    """Keeps a checkpoint of every epoch."""

    def __init__(self, model: Any, folder: Path) -> None:
        super().__init__()
        self.model, self.folder = model, folder
        self.kept: list[tuple[int, Path]] = []
        self.keep(0)

    def keep(self, epoch: int) -> None:
        path = self.folder / f"1-{epoch}.npz"
        checkpoint.write(path, checkpoint.capture(self.model, Progress(epoch)))
        self.kept.append((epoch, path))

    def on_epoch(self, epoch: EpochItem) -> bool:
        self.keep(epoch.epoch)
        return super().on_epoch(epoch)


@pytest.fixture
def study(raw: Digits, configure: Configure, tmp_path: Path) -> Study:
    """Trains layers for some epochs and gives the newest checkpoint as a subject."""

    def make(layers: list[dict[str, Any]], epochs: int = 3, **parts: Any) -> Subject:
        config: RunConfig = configure(layers, fit={"epochs": epochs}, **parts)
        model = network.build(config.layers, seed=1)
        network.compile(model, config.compile)
        keeper = Keeper(model, tmp_path)
        training = digits.prepare_training(raw, config.dataset)
        network.fit(model, training, config.fit, keeper, seed=1)
        return Subject(config, epochs, keeper.kept[-1][1], raw, keeper.kept)

    return make
