"""Checks whether a file holds handwritten digits in Keras' MNIST format, and if not, why.

Only the headers of the arrays and the labels are read, so this takes a few milliseconds and needs
neither NumPy nor TensorFlow. The web process checks a dataset before it offers it, workers before
they load it.
"""

from __future__ import annotations

import ast
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from webapp.schemas.datasets import PARTS, SIDE
from webapp.schemas.marks import N_

MOST_HEADER_BYTES = 10_000
"""NumPy's own limit for the header of an array."""
IMAGE = (SIDE, SIDE)

UNREADABLE = N_("The file of these digits cannot be read.")
NO_ARCHIVE = N_("The file of these digits is not a complete NumPy archive (.npz).")
WEB_PAGE = N_("The file of these digits is a web page, not a NumPy archive (.npz).")
DAMAGED = N_("The file of these digits is damaged.")
NO_ARRAY = N_("The file must hold the arrays x_train, y_train, x_test and y_test.")
OBJECTS = N_("The file holds Python objects instead of numbers.")
NOT_BYTES = N_("Pixels and labels must be whole numbers from 0 to 255 (uint8).")
NOT_SQUARE = N_("The images must be 28 × 28 pixels each.")
NOT_LABELS = N_("Each image must have one label: a digit, not ten numbers.")
NOT_DIGITS = N_("The labels must be the digits 0 to 9.")
OTHER_COUNTS = N_("The numbers of images are not those of this dataset.")


@dataclass(frozen=True)
class Problem:
    """Why a file is refused: ``reason`` is a msgid, ``details`` are for the log."""

    reason: str
    details: str


class _Refused(Exception):
    """Raised for a file that is refused, with reason and details."""


@dataclass(frozen=True)
class _Header:
    """The header of an array: NumPy's type and the shape."""

    kind: str
    shape: tuple[int, ...]


def problem(path: Path, counts: tuple[int, int] | None = None) -> Problem | None:
    """Return what is wrong with the file; None if it holds digits.

    ``counts`` are the required numbers of training and test images; None: any.
    """
    try:
        with _opened(path) as archive:
            found = tuple(_check_part(archive, part) for part in PARTS)
        if counts is not None and found != counts:
            raise _Refused(OTHER_COUNTS, f"{found} instead of {counts}")
    except _Refused as refused:
        return Problem(*refused.args)
    except OSError as error:
        return Problem(UNREADABLE, str(error.strerror))
    # zipfile and NumPy raise any of these for nonsense.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        return Problem(DAMAGED, str(error))
    return None


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the archive. Raises _Refused if it is none."""
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            file.seek(0)
            page = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
            raise _Refused(WEB_PAGE if page else NO_ARCHIVE, str(error)) from None
        with archive:
            yield archive


def _check_part(archive: zipfile.ZipFile, part: str) -> int:
    """Return how many images with labels the part holds. Raises _Refused."""
    images, labels = f"x_{part}", f"y_{part}"
    with _array(archive, images) as (header, data):
        _check(header.shape[1:] == IMAGE, NOT_SQUARE, images, header)
        count = header.shape[0]
        size = archive.getinfo(f"{images}.npy").file_size - data.tell()
        _check(size == count * IMAGE[0] * IMAGE[1], DAMAGED, images, header)
    with _array(archive, labels) as (header, data):
        _check(header.shape == (count,) and count > 0, NOT_LABELS, labels, header)
        values = data.read(count + 1)  # reads to the end, where the checksum is compared
        _check(len(values) == count, DAMAGED, labels, header)
        _check(max(values) <= 9, NOT_DIGITS, labels, f"{min(values)} to {max(values)}")
    return count


@contextmanager
def _array(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[_Header, IO[bytes]]]:
    """Return the header of an array of bytes, and the file at the start of its data."""
    member = f"{name}.npy"
    if member not in archive.namelist():
        raise _Refused(NO_ARRAY, f"there is no {name}")
    with archive.open(member) as file:
        header = _header(file)
        _check("O" not in header.kind, OBJECTS, name, header)
        _check(header.kind == "|u1", NOT_BYTES, name, header)
        yield header, file


def _header(file: IO[bytes]) -> _Header:
    """Read a header as ``numpy.lib.format`` writes it. Raises ValueError."""
    magic = file.read(8)
    width = 2 if magic[6:7] == b"\x01" else 4
    length = int.from_bytes(file.read(width), "little")
    if magic[:6] != b"\x93NUMPY" or length > MOST_HEADER_BYTES:
        raise ValueError("no NumPy array")
    try:
        said = ast.literal_eval(file.read(length).decode("latin-1").strip())
        return _Header(str(said["descr"]), tuple(map(int, said["shape"])))
    except (SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise ValueError(f"no NumPy header: {error}") from None


def _check(right: bool, reason: str, name: str, found: Any) -> None:
    """Raise _Refused with the reason unless ``right``."""
    if not right:
        raise _Refused(reason, f"{name}: {found}")
