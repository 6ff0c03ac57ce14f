"""What is kept of a model after an epoch: its weights, its optimizer, and where it stands.

The file is an uncompressed `.npz` without pickles: `weights/0` … in the order of
`model.get_weights()`, `optimizer/0` … in the order of `optimizer.variables` (iteration count and
learning rate among them), and `meta`, JSON in UTF-8 as uint8. A restored model trains on exactly
as the one that was captured.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

Array = NDArray[Any]


@dataclass(frozen=True)
class Checkpoint:
    """Copies of a model's weights and optimizer variables; `meta` holds at least the epoch."""

    weights: list[Array]
    optimizer: list[Array] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        """How many whole epochs have trained these weights."""
        return int(self.meta.get("epoch", 0))


def capture(model: keras.Model, epoch: int, **meta: Any) -> Checkpoint:
    """A copy of all that `model`, compiled, has learned so far."""
    model.optimizer.build(model.trainable_variables)  # else epoch 0 would lack its moments
    optimizer = [variable.numpy() for variable in model.optimizer.variables]
    return Checkpoint(model.get_weights(), optimizer, {"epoch": epoch, **meta})


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


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint to a new file."""
    arrays: dict[str, Array] = {
        **{f"weights/{n}": array for n, array in enumerate(checkpoint.weights)},
        **{f"optimizer/{n}": array for n, array in enumerate(checkpoint.optimizer)},
        "meta": np.frombuffer(json.dumps(checkpoint.meta).encode(), dtype=np.uint8),
    }
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises ValueError or OSError when the file is not one."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        names = set(arrays.files)
        meta = json.loads(arrays["meta"].tobytes()) if "meta" in names else {}
        return Checkpoint(
            [arrays[f"weights/{n}"] for n in range(_count(names, "weights"))],
            [arrays[f"optimizer/{n}"] for n in range(_count(names, "optimizer"))],
            meta,
        )


def read_weights(path: Path) -> list[Array]:
    """Only the weights of a checkpoint, without its optimizer; raises as `read`."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return [arrays[f"weights/{n}"] for n in range(_count(set(arrays.files), "weights"))]


def _count(names: set[str], group: str) -> int:
    """How many arrays `names` has in `group`."""
    return sum(name.startswith(f"{group}/") for name in names)
