"""Where the digits lie on this machine.

Both sides need to know: the web process, to say what is here and to fetch what is not, and
the workers, to read it. Nothing heavy is imported, nothing is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from webapp.schemas.datasets import BUNDLED

MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
"""Where ``keras.datasets.mnist.load_data`` fetches MNIST."""

MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""What that file must hash to, as Keras checks it."""

MNIST_BYTES = 11_490_434
"""The size of that file, for a progress bar before the server has told."""


def mnist_5k_file(data_dir: Path) -> Path:
    """The bundled 5,000 digits as they are kept after the first reading."""
    return data_dir / "datasets" / f"{BUNDLED}.npz"


def unpacked(name: str, data_dir: Path, mnist: Path | None) -> Path:
    """The directory of a dataset as ``webapp.ml.unpack`` writes it; another file, another one."""
    version = "bundled"
    if name == "mnist":
        known = mnist_file(mnist).stat()
        version = f"{known.st_size}-{known.st_mtime_ns}"
    return data_dir / "datasets" / f"{name}@{version}"


def keras_cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Keras' own cache of MNIST, in ``KERAS_HOME`` or ``~/.keras``."""
    home = environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets" / "mnist.npz"


def mnist_file(mnist: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """The file of all of MNIST: the one the settings name if it is there, else Keras' cache."""
    return mnist if mnist is not None and mnist.is_file() else keras_cache(environ)
