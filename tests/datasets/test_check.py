"""Files that hold digits as Keras keeps MNIST, and those that do not."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from webapp.datasets import check

COUNTS = (20, 10)


def arrays(**changes: Any) -> dict[str, Any]:
    """20 digits to train and 10 to test, with some of the arrays changed; None leaves one out."""
    right = {
        "x_train": np.zeros((20, 28, 28), np.uint8),
        "y_train": np.arange(20, dtype=np.uint8) % 10,
        "x_test": np.zeros((10, 28, 28), np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }
    return {name: array for name, array in {**right, **changes}.items() if array is not None}


def archive(compressed: bool = True, **changes: Any) -> bytes:
    """Such digits as the bytes of an .npz."""
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays(**changes))
    return file.getvalue()


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("counts", [COUNTS, None])
def test_digits(tmp_path: Path, compressed: bool, counts: tuple[int, int] | None) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(archive(compressed))
    assert check.problem(path, counts) is None


LABELS = arrays()["y_train"]

OTHERS = [
    ("floats", {"x_train": np.zeros((20, 28, 28), np.float32)}, check.NOT_BYTES),
    ("wide labels", {"y_test": np.arange(10)}, check.NOT_BYTES),
    ("flat images", {"x_test": np.zeros((10, 784), np.uint8)}, check.NOT_SQUARE),
    ("a channel", {"x_train": np.zeros((20, 28, 28, 1), np.uint8)}, check.NOT_SQUARE),
    ("a number", {"x_train": np.uint8(3)}, check.NOT_SQUARE),
    ("one-hot labels", {"y_train": np.eye(10, dtype=np.uint8)[LABELS]}, check.NOT_LABELS),
    ("a label too few", {"y_train": LABELS[:19]}, check.NOT_LABELS),
    ("shifted labels", {"y_train": LABELS + 1}, check.NOT_DIGITS),
    ("labels below 0", {"y_train": LABELS - 1}, check.NOT_DIGITS),
    ("objects", {"x_train": np.array([{}], dtype=object)}, check.OBJECTS),
    ("objects as labels", {"y_test": np.array([None] * 10)}, check.OBJECTS),
    ("no labels", {"y_train": None}, check.NO_ARRAY),
    ("other counts", {"x_train": np.zeros((3, 28, 28), np.uint8), "y_train": LABELS[:3]},
     check.OTHER_COUNTS),
    ("parts exchanged", {"x_train": arrays()["x_test"], "y_train": arrays()["y_test"],
                         "x_test": arrays()["x_train"], "y_test": LABELS}, check.OTHER_COUNTS),
    ("nothing", {"x_train": np.zeros((0, 28, 28), np.uint8), "y_train": LABELS[:0]},
     check.NOT_LABELS),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in OTHERS], ids=[
    name for name, *_rest in OTHERS
])  # fmt: skip
def test_other_arrays(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(archive(**changes))
    found = check.problem(path, COUNTS)
    assert found is not None and found.reason == reason and found.details


def damaged(member: str) -> bytes:
    """An archive with one byte of an array changed."""
    whole = bytearray(archive(compressed=False))
    whole[whole.index(f"{member}.npy".encode()) + 170] ^= 3
    return bytes(whole)


FILES = [
    (b"", check.NO_ARCHIVE),
    (archive()[:-30], check.NO_ARCHIVE),
    (archive()[: len(archive()) // 2], check.NO_ARCHIVE),
    (b"\x93NUMPY", check.NO_ARCHIVE),
    (b"\x80\x04N.", check.NO_ARCHIVE),
    (b"\xef\xbb\xbf\r\n<!DOCTYPE html><title>Log in</title>", check.WEB_PAGE),
    (damaged("y_train"), check.DAMAGED),
    (archive(compressed=False).replace(b"\x93NUMPY", b"\x93NUMPX"), check.DAMAGED),
    (archive(compressed=False).replace(b"{'descr'", b"{'descr("), check.DAMAGED),
]


@pytest.mark.parametrize(("content", "reason"), FILES)
def test_other_files(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    found = check.problem(path, COUNTS)
    assert found is not None and found.reason == reason


def test_every_byte_of_an_archive_may_be_wrong(tmp_path: Path) -> None:
    """Whatever is wrong, the answer is a reason or none: no error gets through."""
    path, whole = tmp_path / "mnist.npz", archive()
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        check.problem(path, COUNTS)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    found = check.problem(tmp_path, COUNTS)  # a directory: even root cannot read it
    assert found is not None and found.reason == check.UNREADABLE
    assert str(tmp_path) not in found.reason


def test_it_needs_neither_numpy_nor_tensorflow() -> None:
    code = "import sys, webapp.datasets.check; print({'numpy', 'tensorflow'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
