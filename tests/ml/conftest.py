"""TensorFlow is imported once, here; every test learns from the same few hundred digits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import QUICK_COMPILER

os.environ["XLA_FLAGS"] = QUICK_COMPILER  # before TensorFlow is imported

from webapp.ml.process import quiet  # noqa: E402, F401, I001  (imports Keras as workers do)
from tests.ml.learning import SMALL, Configure, whole_batches  # noqa: E402
from webapp.ml import digits, engine  # noqa: E402
from webapp.schemas.config import FitConfig, RunConfig  # noqa: E402
from webapp.schemas.datasets import split_at  # noqa: E402

KERAS_WARNING = "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
"""Keras 3.15 itself gives NumPy 2 cause for it, in `ReduceLROnPlateau` and in `fit`."""


@pytest.fixture(scope="session", autouse=True)
def plain_graphs() -> None:
    """TensorFlow takes graphs as they are: to rewrite them takes longer than training here."""
    import tensorflow as tf  # after `quiet`, which the imports above bring

    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave Keras' own warning aside in the tests of this folder."""
    item.add_marker(pytest.mark.filterwarnings(KERAS_WARNING))


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are started from the checkout; MNIST and the network are nowhere."""
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.delenv("INKLING_MNIST", raising=False)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the bundled digits."""
    path = tmp_path_factory.mktemp("data")
    digits.load("mnist-5k", path)
    return path


@pytest.fixture(scope="session")
def raw(data_dir: Path) -> digits.Digits:
    """The bundled digits."""
    return digits.load("mnist-5k", data_dir)


@pytest.fixture(scope="session")
def configure() -> Configure:
    """Makes a small configuration; arguments replace parts, `fit` and `dataset` are merged."""

    def make(layers: list[dict[str, Any]] | None = None, **parts: Any) -> RunConfig:
        dataset = {"train_samples": 300, **parts.pop("dataset", {})}
        fit = {"epochs": 1, **parts.pop("fit", {})}
        split = fit.get("validation_split", FitConfig.model_fields["validation_split"].default)
        fit = {"batch_size": whole_batches(split_at(dataset["train_samples"], split)), **fit}
        whole = {"name": "Test", "seed": 1, "dataset": dataset, "fit": fit, **parts}
        return RunConfig.model_validate({"layers": layers or SMALL, **whole})

    return make


@pytest.fixture
def worker_env(data_dir: Path) -> Iterator[dict[str, str]]:
    """The environment of a worker as the launcher gives it: little, and no setting of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    yield {**kept, "INKLING_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training reports every batch: each is a call of its own."""
    monkeypatch.setattr(engine, "PACE_SECONDS", 0.0)
