"""`python -m webapp.ml.unpack NAME DATA_DIR TARGET [MNIST]`: a dataset as files to read a bit of.

The web process must not hold the digits in memory, nor unpack 47 MB to show twenty of them. So
this process, without TensorFlow, writes them out: `train.images`, 784 bytes an image,
`train.labels`, a byte a label, the same for `test`, and `statistics.json` (`statistics`). TARGET
is a directory that appears whole. Prints one JSON line: `{}`, or `{"refused": ...}`
(`Failure.as_json`), or `{"disk_full": true}`.
"""

from __future__ import annotations

import base64
import errno
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp import private
from webapp.ml import digits
from webapp.ml.digits import Digits, Images
from webapp.ml.process.failure import Failure
from webapp.schemas.datasets import PARTS

AT_ONCE = 5000
"""The images processed together, so that the sums need little memory."""

BINS = 16
"""The bins of the histogram: each holds 256 / BINS values."""


def main(arguments: list[str]) -> None:
    """Write one dataset to files."""
    private.create_privately()
    name, data_dir, target = arguments[0], Path(arguments[1]), Path(arguments[2])
    mnist = Path(arguments[3]) if len(arguments) > 3 else None
    print(json.dumps(answer(name, data_dir, target, mnist)))


def answer(name: str, data_dir: Path, target: Path, mnist: Path | None) -> dict[str, Any]:
    """Write the files and return what to print."""
    try:
        write(digits.load(name, data_dir, mnist), target)
    except Failure as failure:
        return {"refused": failure.as_json()}
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return {"disk_full": True}
    return {}


def write(raw: Digits, target: Path) -> None:
    """Put the files into `target` atomically; a directory that exists already stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix="."))
    try:
        result = {}
        for part in PARTS:
            images, labels = getattr(raw, f"x_{part}"), getattr(raw, f"y_{part}")
            (scratch / f"{part}.images").write_bytes(images.data)
            (scratch / f"{part}.labels").write_bytes(labels.data)
            result[part] = statistics(images, labels)
        (scratch / "statistics.json").write_text(json.dumps(result), encoding="ascii")
        if not target.exists():
            scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def statistics(images: Images, labels: Images) -> dict[str, Any]:
    """Return statistics of images (n, 28, 28) with labels (n,), as JSON.

    `{"count", "digits": [{"digit", "count", "ink", "mean", "spread"}], "pixels": {"min", "max",
    "mean", "std", "zero", "histogram"}}`: `ink` is the mean pixel of a digit, 0-255; `mean` and
    `spread` (a standard deviation) are pictures, 784 bytes in base64, or None where the digit has
    no image; `zero` is the share of pixels that are 0; the histogram counts the others.
    """
    of_digits = [_of_digit(digit, images[labels == digit]) for digit in range(10)]
    return {"count": len(images), "digits": of_digits, "pixels": _of_pixels(images)}


def _of_digit(digit: int, images: Images) -> dict[str, Any]:
    result: dict[str, Any] = {"digit": digit, "count": len(images)}
    if not len(images):
        return result | {"ink": None, "mean": None, "spread": None}
    return result | {
        "ink": round(float(images.mean()), 2),
        "mean": _picture(images.mean(axis=0)),
        "spread": _picture(images.std(axis=0)),
    }


def _picture(values: NDArray[np.floating[Any]]) -> str:
    return base64.b64encode(np.rint(values).astype(np.uint8).tobytes()).decode("ascii")


def _of_pixels(images: Images) -> dict[str, Any]:
    """Compute all of it from how often each of the 256 values occurs."""
    counts = np.zeros(256, dtype=np.int64)
    for first in range(0, len(images), AT_ONCE):
        counts += np.bincount(images[first : first + AT_ONCE].ravel(), minlength=256)
    values, shares = np.arange(256), counts / counts.sum()
    mean = float((values * shares).sum())
    above = np.where(values > 0, counts, 0).reshape(BINS, -1).sum(axis=1)
    return {
        "min": int(np.flatnonzero(counts)[0]),
        "max": int(np.flatnonzero(counts)[-1]),
        "mean": round(mean, 4),
        "std": round(float(np.sqrt((shares * (values - mean) ** 2).sum())), 4),
        "zero": round(float(shares[0]), 6),
        "histogram": above.tolist(),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
