"""Checkpoints: the weights, the optimizer and the progress of a model after an epoch.

The file is an uncompressed `.npz` without pickles: `weights/0` … in the order of
`model.get_weights()`, `optimizer/0` … in the order of `optimizer.variables` (iteration count and
learning rate among them), `random/0` … the random state of the layers that draw (dropout, noise,
augmentation), `best/0` … the weights that early stopping may restore, and `meta`, JSON in UTF-8 as
uint8: the progress. A restored model trains on exactly as the captured one.
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
    """A copy of a model's weights, optimizer variables, random states and progress."""

    weights: list[Array]
    optimizer: list[Array] = field(default_factory=list)
    random: list[Array] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)


def capture(model: keras.Model, progress: Progress) -> Checkpoint:
    """Copy the state of `model`, compiled, into a checkpoint."""
    model.optimizer.build(model.trainable_variables)  # else epoch 0 would lack its moments
    optimizer = [variable.numpy() for variable in model.optimizer.variables]
    random = [variable.numpy() for variable in _random_states(model)]
    return Checkpoint(model.get_weights(), optimizer, random, copy.copy(progress))


def _random_states(model: keras.Model) -> list[Any]:
    """Return the random state variables of the layers; every draw changes them."""
    return [
        variable
        for variable in model.non_trainable_variables
        if variable.path.endswith("seed_generator_state")
    ]


def restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Load the checkpoint into a model with the same layers and optimizer.

    Raises ValueError when a shape does not match. A checkpoint without optimizer variables (of an
    imported model) leaves the optimizer in its initial state.
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
    """Read only the weights of a checkpoint, without its optimizer; raises as `read`."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return [arrays[f"weights/{n}"] for n in range(_count(set(arrays.files), "weights"))]


def finite(weights: list[Array]) -> bool:
    """Return whether every weight is a finite number."""
    return all(bool(np.isfinite(array).all()) for array in weights)


def _count(names: set[str], group: str) -> int:
    """Return how many arrays `names` has in `group`."""
    return sum(name.startswith(f"{group}/") for name in names)
