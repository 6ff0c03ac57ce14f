"""Copies a model's numbers from HDF5 to a checkpoint, in the order of `model.get_weights()`.

HDF5 can point into other files (external links, external storage, virtual datasets) and can produce
more than it holds: by filters, by numbers that were never stored (it reads the fill value for
them), and by several datasets at one place. Every step of the path must be a hard link, every
dataset plain, of the shape that the layers need and stored in full, before a number is read; then
it is read in pieces.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import h5py
import numpy as np

from webapp.configuration import shapes
from webapp.kerasfile.refusal import Refused
from webapp.schemas import layers as kinds
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart

Shape = tuple[int, ...]

PIECE = 1 << 20
"""Numbers read at a time: 4 MB."""

MOST_KEPT = 32
"""The most bytes in the file of weights for each number: the number itself and three moments of an
optimizer, in double precision."""

HEADERS = 4 << 20
"""The bytes that it may have besides: names, groups, counters of layers."""


def copy_weights(
    source: Path, target: Path, layers: Sequence[KerasPart], groups: Sequence[str]
) -> None:
    """Write the checkpoint `target` with the weights of `layers`, each in its group of `source`.

    Raises Refused when anything is missing, unusual or of another shape.
    """
    with _open(source) as file, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        found = [
            (_dataset(file, f"{group}/vars/{index}", shape), shape)
            for group, wanted in zip(groups, weight_shapes(layers), strict=True)
            for index, shape in enumerate(wanted)
        ]
        if sum(dataset.nbytes for dataset, _shape in found) > source.stat().st_size:
            raise _wrong_weights()  # several datasets at the same place
        for number, (dataset, shape) in enumerate(found):
            _write(out, f"weights/{number}", dataset, shape)
        meta = json.dumps({"epoch": 0, "imported": True}).encode()
        with out.open("meta.npy", "w") as entry:
            np.save(entry, np.frombuffer(meta, dtype=np.uint8), allow_pickle=False)


def most_bytes(layers: Sequence[KerasPart]) -> int:
    """Return how large the file of weights of these layers may be."""
    numbers = sum(math.prod(shape) for part in weight_shapes(layers) for shape in part)
    return HEADERS + MOST_KEPT * numbers


def weight_shapes(layers: Sequence[KerasPart]) -> list[list[Shape]]:
    """Return the shapes of each layer's weights, in Keras' order; the layers must fit together."""
    measured, faults = shapes.measure(layers)
    if faults:
        raise ValueError("the layers do not fit together")
    inputs = [shapes.INPUT, *(layer.output_shape for layer in measured)]
    return [_shapes_of(layer, shape) for layer, shape in zip(layers, inputs, strict=False)]


def _shapes_of(layer: KerasPart, shape: Shape) -> list[Shape]:
    if isinstance(layer, kinds.Dense):
        return [(shape[-1], layer.units), *([(layer.units,)] if layer.use_bias else [])]
    if isinstance(layer, kinds.Conv2D):
        size = layer.kernel_size
        sides = (size, size) if isinstance(size, int) else (size[0], size[1])
        bias = [(layer.filters,)] if layer.use_bias else []
        return [(*sides, shape[-1], layer.filters), *bias]
    if isinstance(layer, kinds.BatchNormalization):
        return [(shape[-1],)] * (2 + layer.scale + layer.center)
    return []


def _open(source: Path) -> Any:
    try:
        return h5py.File(source, "r")
    except (OSError, RuntimeError, ValueError) as error:
        raise _wrong_weights() from error


def _dataset(file: Any, path: str, shape: Shape) -> Any:
    """Return the dataset at `path`: hard links only, plain, floats, and of that very shape."""
    thing = file
    try:
        for name in path.split("/"):
            if not isinstance(thing, h5py.Group) or name not in thing:
                raise _missing()
            if type(thing.get(name, getlink=True)) is not h5py.HardLink:
                raise _wrong_weights()
            thing = thing[name]
        plain = isinstance(thing, h5py.Dataset) and _is_plain(thing)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise _wrong_weights() from error
    if not plain:
        raise _wrong_weights()
    if thing.shape != shape:
        raise _missing()
    if not _is_stored(thing):
        raise _wrong_weights()
    return thing


def _is_plain(dataset: Any) -> bool:
    """Return whether the numbers are in this very file, not packed."""
    properties = dataset.id.get_create_plist()
    return (
        dataset.dtype.kind == "f"
        and dataset.dtype.itemsize <= 8
        and not dataset.is_virtual
        and properties.get_external_count() == 0
        and properties.get_nfilters() == 0
    )


def _is_stored(dataset: Any) -> bool:
    """Return whether all numbers are in the file, in one piece, as Keras writes them.

    Chunks would not do: many of them may lie at the same place.
    """
    layout = dataset.id.get_create_plist().get_layout()
    whole = dataset.id.get_storage_size() == dataset.nbytes
    return whole and layout in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT)


def _write(out: zipfile.ZipFile, name: str, dataset: Any, shape: Shape) -> None:
    """Write one array as `.npy`, float32, in pieces."""
    with out.open(f"{name}.npy", "w", force_zip64=True) as entry:
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(entry, header)
        try:
            for piece in _pieces(dataset, shape):
                _write_piece(entry, piece)
        except (OSError, RuntimeError) as error:
            raise _wrong_weights() from error


def _pieces(dataset: Any, shape: Shape) -> Iterator[Any]:
    """Yield the array in runs of whole rows; a row is at most 8192 × 28 × 28 numbers."""
    rows = max(1, PIECE // max(1, math.prod(shape[1:])))
    for start in range(0, shape[0], rows):
        yield dataset[start : start + rows]


def _write_piece(entry: IO[bytes], piece: Any) -> None:
    entry.write(np.ascontiguousarray(piece, dtype="<f4").tobytes())


def _missing() -> Refused:
    return Refused("weights_mismatch", N_("The weights in the archive do not fit its layers."))


def _wrong_weights() -> Refused:
    return Refused("weights_unsafe", N_("The weights in the archive are damaged or not plain."))
