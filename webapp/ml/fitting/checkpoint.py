"""What is kept of a model after an epoch: its weights, its optimizer, and where it stands.

The file is an uncompressed `.npz` without pickles: `weights/0` … in the order of
`model.get_weights()`, `optimizer/0` … in the order of `optimizer.variables` (iteration count and
learning rate among them), `random/0` … the random state of the layers that draw (dropout, noise,
augmentation), `best/0` … the weights that early stopping may go back to, and `meta`, JSON in UTF-8
as uint8: the progress. A restored model trains on exactly as the one that was captured.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from webapp.ml.fitting.progress import Progress

if TYPE_CHECKING:
    import keras

Array = NDArray[Any]


@dataclass(frozen=True)
class Checkpoint:
    """Copies of a model's weights, optimizer variables and random states, and its progress."""

    weights: list[Array]
    optimizer: list[Array] = field(default_factory=list)
    random: list[Array] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)


def capture(model: keras.Model, progress: Progress) -> Checkpoint:
    """A copy of all that `model`, compiled, has learned so far."""
    model.optimizer.build(model.trainable_variables)  # else epoch 0 would lack its moments
    optimizer = [variable.numpy() for variable in model.optimizer.variables]
    random = [variable.numpy() for variable in _random_states(model)]
    return Checkpoint(model.get_weights(), optimizer, random, copy.copy(progress))


def _random_states(model: keras.Model) -> list[Any]:
    """The variables from which layers draw, each changed by every draw."""
    return [
        variable
        for variable in model.non_trainable_variables
        if variable.path.endswith("seed_generator_state")
    ]


def restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Put the checkpoint into a model of the same layers and optimizer.

    Raises ValueError when a shape does not fit. A checkpoint without optimizer variables (of an
    imported model) leaves the optimizer fresh.
    """
    model.set_weights(checkpoint.weights)
    model.optimizer.build(model.trainable_variables)
    if not checkpoint.optimizer:
        return
    for variable, value in zip(model.optimizer.variables, checkpoint.optimizer, strict=True):
        variable.assign(value)
    for variable, value in zip(_random_states(model), checkpoint.random, strict=True):
        variable.assign(value)


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint to a new file."""
    with path.open("wb") as file:
        write_to(file, checkpoint)


def write_to(file: BinaryIO, checkpoint: Checkpoint) -> None:
    """Write a checkpoint to an open file."""
    groups = {
        "weights": checkpoint.weights,
        "optimizer": checkpoint.optimizer,
        "random": checkpoint.random,
        "best": checkpoint.progress.best_weights,
    }
    arrays: dict[str, Array] = {
        f"{name}/{n}": array for name, group in groups.items() for n, array in enumerate(group)
    }
    meta = json.dumps(checkpoint.progress.meta()).encode()
    arrays["meta"] = np.frombuffer(meta, dtype=np.uint8)
    np.savez(file, allow_pickle=False, **arrays)


def read(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises ValueError or OSError when the file is not one."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        names = set(arrays.files)
        meta = json.loads(arrays["meta"].tobytes()) if "meta" in names else {}
        weights, optimizer, random, best = (
            [arrays[f"{group}/{n}"] for n in range(_count(names, group))]
            for group in ("weights", "optimizer", "random", "best")
        )
    return Checkpoint(weights, optimizer, random, Progress.of(meta, best))


def read_weights(path: Path) -> list[Array]:
    """Only the weights of a checkpoint, without its optimizer; raises as `read`."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return [arrays[f"weights/{n}"] for n in range(_count(set(arrays.files), "weights"))]


def finite(weights: list[Array]) -> bool:
    """Whether every weight is a finite number."""
    return all(bool(np.isfinite(array).all()) for array in weights)


def _count(names: set[str], group: str) -> int:
    """How many arrays `names` has in `group`."""
    return sum(name.startswith(f"{group}/") for name in names)
