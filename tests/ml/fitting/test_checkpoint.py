"""A checkpoint brings a model and its optimizer back exactly."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ml.learning import Configure, Listener
from webapp.configuration import memory
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.schemas.config import RunConfig
from webapp.schemas.optimizers import OPTIMIZERS


def fresh(config: RunConfig) -> Any:
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    return model


@pytest.mark.parametrize("optimizer", ["Adam", "SGD", "Nadam", "Adadelta"])
def test_a_restored_model_goes_on_exactly(
    configure: Configure, raw: digits.Digits, tmp_path: Path, every_batch: None, optimizer: str
) -> None:
    config = configure(fit={"epochs": 2}, compile={"optimizer": {"name": optimizer}})
    data = digits.prepare_training(raw, config.dataset)

    class Keeper(Listener):
        def on_epoch(self, epoch: Any) -> bool:
            if epoch.epoch == 1:
                checkpoint.write(tmp_path / "1.npz", checkpoint.capture(model, Progress(1)))
            return super().on_epoch(epoch)

    model = fresh(config)
    whole = Keeper()
    network.fit(model, data, config.fit, whole, seed=1)

    restored = fresh(config)
    saved = checkpoint.read(tmp_path / "1.npz")
    assert saved.progress.epoch == 1
    checkpoint.restore(restored, saved)
    rest = Listener()
    network.fit(restored, data, config.fit, rest, seed=1, progress=saved.progress)
    assert [one.epoch for one in rest.epochs] == [2]
    assert rest.batches == [one for one in whole.batches if one[0] == 2]
    for one, two in zip(model.get_weights(), restored.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    for one, two in zip(model.optimizer.variables, restored.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    "optimizer",
    [
        *({"name": part.__name__} for part in OPTIMIZERS),
        {"name": "Adam", "amsgrad": True},
        {"name": "AdamW", "amsgrad": True},
        {"name": "SGD", "momentum": 0.9},
        {"name": "RMSprop", "momentum": 0.9, "centered": True},
    ],
    ids=str,
)
def test_a_checkpoint_is_as_large_as_was_estimated(
    configure: Configure, optimizer: dict[str, Any]
) -> None:
    """The server refuses larger ones."""
    config = configure(compile={"optimizer": optimizer})
    model = fresh(config)
    file = io.BytesIO()
    kept = checkpoint.capture(model, Progress(best_weights=model.get_weights()))
    checkpoint.write_to(file, kept)
    around = memory.of_checkpoint(config, model.count_params()) - len(file.getvalue())
    assert 0.99 * memory.AROUND_WEIGHTS < around < memory.AROUND_WEIGHTS


def test_the_file_is_plain(configure: Configure, tmp_path: Path) -> None:
    model = fresh(configure())
    path = tmp_path / "0.npz"
    checkpoint.write(path, checkpoint.capture(model, Progress(3, 5, (0.1, 2.0, 30.0))))
    with zipfile.ZipFile(path) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        names = archive.namelist()
    assert [name for name in names if name.startswith("weights/")] == [
        f"weights/{n}.npy" for n in range(4)
    ]
    read = checkpoint.read(path)
    assert read.progress == Progress(3, 5, (0.1, 2.0, 30.0))
    assert len(read.optimizer) == len(model.optimizer.variables)


def test_weights_alone_leave_the_optimizer_fresh(configure: Configure) -> None:
    model = fresh(configure())
    weights = [array + 1 for array in model.get_weights()]
    checkpoint.restore(model, checkpoint.Checkpoint(weights))
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])
    assert int(model.optimizer.iterations) == 0


def test_the_initial_checkpoint_can_be_restored(configure: Configure, tmp_path: Path) -> None:
    config = configure()
    checkpoint.write(tmp_path / "0.npz", checkpoint.capture(fresh(config), Progress()))
    again = fresh(config)
    checkpoint.restore(again, checkpoint.read(tmp_path / "0.npz"))
    assert len(again.optimizer.variables) == 10


def test_wrong_shapes_are_refused(configure: Configure) -> None:
    with pytest.raises(ValueError):
        checkpoint.restore(fresh(configure()), checkpoint.Checkpoint([np.zeros((3, 3))]))


def test_pickles_are_refused(tmp_path: Path) -> None:
    pickled: Any = {"weights/0": np.array([{}], dtype=object)}
    np.savez(tmp_path / "bad.npz", **pickled)
    with pytest.raises(ValueError):
        checkpoint.read(tmp_path / "bad.npz")
    with pytest.raises(ValueError):
        checkpoint.read_weights(tmp_path / "bad.npz")
