"""Archives like Keras', honest ones, written here without Keras; tests make them hostile."""

from __future__ import annotations

import copy
import io
import itertools
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from webapp.errors import InvalidInput
from webapp.kerasfile.importing import import_archive
from webapp.schemas.config import RunConfig

Json = dict[str, Any]
KERNEL = np.arange(7840, dtype=np.float32).reshape(784, 10)
BIAS = np.linspace(-1, 1, 10, dtype=np.float32)


def layer(kind: str, **config: Any) -> Json:
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": config,
        "registered_name": None,
    }


def entrance(*shape: int) -> Json:
    return layer("InputLayer", batch_shape=[None, *shape], dtype="float32", name="input_layer")


def dense(units: int = 10, **more: Any) -> Json:
    return layer("Dense", **{"name": "d", "units": units, "activation": "softmax", **more})


def sequential(*layers: Json, **more: Any) -> Json:
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "layers": list(layers)},
        "registered_name": None,
        **more,
    }


LESSON = sequential(entrance(784), dense())


def fill(file: Any) -> None:
    """The weights of LESSON."""
    file["layers/dense/vars/0"] = KERNEL
    file["layers/dense/vars/1"] = BIAS


def weights_file(fill: Callable[[Any], None] = fill) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        fill(file)
    return memory.getvalue()


def archive(
    path: Path, config: Any = LESSON, weights: bytes | None = None, **files: bytes | str
) -> Path:
    """Write an archive; `files` are further entries, with `__` for a dot in their names."""
    target = path / "model.keras"
    with zipfile.ZipFile(target, "w") as out:
        out.writestr("metadata.json", "{}")
        out.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        out.writestr("model.weights.h5", weights_file() if weights is None else weights)
        for name, content in files.items():
            out.writestr(name.replace("__", "."), content)
    return target


def hollow(path: Path, *widths: int) -> Path:
    """An archive of 10 KB that says it has layers so wide, and stores none of their weights."""
    sides = (784, *(widths or (8192, 8192)), 10)

    def declare(file: Any) -> None:
        for number, (rows, columns) in enumerate(itertools.pairwise(sides)):
            group = f"layers/dense_{number}" if number else "layers/dense"
            file.create_dataset(f"{group}/vars/0", (rows, columns), "f4")
            file.create_dataset(f"{group}/vars/1", (columns,), "f4")

    layers = [dense(units, activation="relu") for units in sides[1:-1]]
    return archive(path, sequential(entrance(784), *layers, dense()), weights_file(declare))


def take(path: Path) -> tuple[RunConfig, list[Any]]:
    target = path.with_suffix(".npz")
    config = import_archive(path, target)
    with np.load(target, allow_pickle=False) as arrays:
        count = len([name for name in arrays.files if name.startswith("weights/")])
        return config, [arrays[f"weights/{n}"] for n in range(count)]


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        import_archive(path, path.with_suffix(".npz"))
    assert [entry.name for entry in path.parent.iterdir() if entry.is_dir()] == []
    return caught.value.code


def wrong(change: Callable[[Json], Any]) -> Json:
    model: Json = copy.deepcopy(LESSON)
    change(model)
    return model


def put(*path: Any, value: Any) -> Callable[[Json], None]:
    """A change of the model at a path of keys."""

    def change(model: Json) -> None:
        where: Any = model
        for key in path[:-1]:
            where = where[key]
        where[path[-1]] = value

    return change
