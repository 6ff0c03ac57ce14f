"""Files that look like models and mean harm: each in a few lines."""

from __future__ import annotations

import base64
import json
import marshal
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py

from tests.kerasfile.archives import (
    KERNEL,
    LESSON,
    archive,
    dense,
    entrance,
    fill,
    hollow,
    layer,
    put,
    sequential,
    weights_file,
    wrong,
)

MIB = 1024 * 1024
UPLOAD_BYTES = 1024 * MIB

Case = Callable[[Path, Path], Path]
"""Makes a file in a directory; if it is ever run, or followed, it touches or shows the canary."""


def command(canary: Path) -> str:
    return f"touch {canary}"


# --- code in the configuration


def lambda_layer(where: Path, canary: Path) -> Path:
    """Keras' own way to store a function: its byte code."""
    code = compile(f"__import__('os').system({command(canary)!r})", "x", "eval")
    stored = base64.b64encode(marshal.dumps(code)).decode()
    function = {"class_name": "__lambda__", "config": {"code": stored, "defaults": None}}
    return archive(
        where, wrong(put("config", "layers", 1, value=layer("Lambda", function=function)))
    )


def other_module(where: Path, canary: Path) -> Path:
    """Any importable name as a layer."""
    evil = {
        "module": "os",
        "class_name": "system",
        "config": {"command": command(canary)},
        "registered_name": "system",
    }
    return archive(where, wrong(put("config", "layers", 1, value=evil)))


def other_function(where: Path, canary: Path) -> Path:
    """Any importable name as an activation."""
    evil = {
        "module": "builtins",
        "class_name": "function",
        "config": "exec",
        "registered_name": "function",
    }
    return archive(where, sequential(entrance(784), dense(activation=evil)))


def keras_gadget(where: Path, canary: Path) -> Path:
    """A function of Keras itself that fetches and unpacks a file."""
    evil = {
        "module": "keras.utils",
        "class_name": "get_file",
        "config": {"fname": str(canary), "origin": canary.as_uri()},
        "registered_name": None,
    }
    return archive(where, wrong(put("config", "layers", 1, value=evil)))


def foreign_model(where: Path, canary: Path) -> Path:
    """The model itself from another module."""
    return archive(where, {**LESSON, "module": "subprocess", "class_name": "Popen"})


def pickled(where: Path, canary: Path) -> Path:
    """A pickle that runs a command where it is read."""

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.system, (command(canary),)

    target = where / "model.keras"
    target.write_bytes(pickle.dumps(Evil()))
    return target


# --- more than meets the eye


def bomb_in(name: str, size: int) -> Case:
    def make(where: Path, canary: Path) -> Path:
        contents = {"config.json": json.dumps(LESSON).encode(), "model.weights.h5": weights_file()}
        target = where / "model.keras"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for entry, content in contents.items():
                with out.open(entry, "w", force_zip64=True) as file:
                    file.write(content)
                    for _ in range(size // MIB if entry == name else 0):
                        file.write(b" " * MIB)
        return target

    make.__name__ = f"bomb_in_{name.partition('.')[0]}"
    return make


def deep_json(where: Path, canary: Path) -> Path:
    """Nested deeper than a reader's stack."""
    return archive(where, '{"a":' * 500_000 + "1" + "}" * 500_000)


def shape_bomb(where: Path, canary: Path) -> Path:
    """More weights than any memory holds."""
    return archive(where, sequential(entrance(784), dense(2**40), dense()))


def many_weights(where: Path, canary: Path) -> Path:
    """Each layer is allowed, all together are 6.7 billion parameters."""
    return archive(where, sequential(entrance(784), *[dense(8192)] * 100, dense()))


def dataset_bomb(where: Path, canary: Path) -> Path:
    """A dataset that says it is 4 exabytes."""

    def huge(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", (1 << 40, 1 << 20), "f4", chunks=(1, 1))

    return archive(where, weights=weights_file(huge))


def hollow_weights(where: Path, canary: Path) -> Path:
    """Weights of which the file stores nothing: HDF5 reads 294 MB of zeros."""
    return hollow(where)


def packed_bomb(where: Path, canary: Path) -> Path:
    """Weights that HDF5 itself would unpack."""

    def packed(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", data=KERNEL * 0, compression="gzip")

    return archive(where, weights=weights_file(packed))


# --- other people's files


def external_link(where: Path, canary: Path) -> Path:
    """Weights that are another file's."""
    other = where / "other.h5"
    with h5py.File(other, "w") as file:
        fill(file)

    def link(file: Any) -> None:
        file["layers/dense"] = h5py.ExternalLink(str(other), "/layers/dense")

    return archive(where, weights=weights_file(link))


def external_storage(where: Path, canary: Path) -> Path:
    """Weights that are the bytes of any file on the server."""

    def store(file: Any) -> None:
        everything = [("/etc/passwd", 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("layers/dense/vars/0", (784, 10), "f4", external=everything)

    return archive(where, weights=weights_file(store))


def names_upwards(where: Path, canary: Path) -> Path:
    """Entries that would be written beside the archive, were they unpacked by name."""
    made = archive(where, wrong(put("config", "layers", 1, value=layer("Lambda"))))
    with zipfile.ZipFile(made, "a") as out:
        out.writestr(f"../../../../../../../..{canary}", "")
        out.writestr(str(canary), "")
    return made


# --- no model at all


def truncated(where: Path, canary: Path) -> Path:
    whole = archive(where).read_bytes()
    target = where / "model.keras"
    target.write_bytes(whole[: len(whole) * 2 // 3])
    return target


def not_a_model(where: Path, canary: Path) -> Path:
    target = where / "model.keras"
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(10_000))
    return target


def empty(where: Path, canary: Path) -> Path:
    target = where / "model.keras"
    target.write_bytes(b"")
    return target


def bare_weights(where: Path, canary: Path) -> Path:
    """An .h5 of old, whose configuration we never read."""
    target = where / "model.keras"
    target.write_bytes(weights_file())
    return target


def large(size: int, name: str) -> Case:
    def make(where: Path, canary: Path) -> Path:
        target = where / "model.keras"
        with target.open("wb") as file:
            file.truncate(size)
        return target

    make.__name__ = name
    return make


CASES: tuple[Case, ...] = (
    lambda_layer, other_module, other_function, keras_gadget, foreign_model, pickled,
    bomb_in("config.json", 1024 * MIB), bomb_in("model.weights.h5", 1024 * MIB), deep_json,
    shape_bomb, many_weights, dataset_bomb, hollow_weights, packed_bomb, external_link,
    external_storage, names_upwards, truncated, not_a_model, empty, bare_weights,
    large(UPLOAD_BYTES, "a_gibibyte"), large(UPLOAD_BYTES - MIB, "nearly_a_gibibyte"),
)  # fmt: skip
QUICK = (lambda_layer, external_link, dataset_bomb)
