"""The paths of the digits on this machine.

Both sides need them: the web process, to list and download datasets, and the workers, to read them.
Only the standard library is imported, and nothing is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from webapp.schemas.datasets import BUNDLED

MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
"""Where ``keras.datasets.mnist.load_data`` fetches MNIST."""

MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""The hash of that file, which Keras checks as well."""

MNIST_BYTES = 11_490_434
"""The size of that file, for a progress bar before the server announces it."""


def mnist_5k_file(data_dir: Path) -> Path:
    """Return the copy of the bundled 5,000 digits, kept after the first reading."""
    return data_dir / "datasets" / f"{BUNDLED}.npz"


def unpacked(name: str, data_dir: Path, mnist: Path | None) -> Path:
    """Return the directory that ``webapp.ml.unpack`` writes; another file, another directory."""
    version = "bundled"
    if name == "mnist":
        known = mnist_file(mnist).stat()
        version = f"{known.st_size}-{known.st_mtime_ns}"
    return data_dir / "datasets" / f"{name}@{version}"


def keras_cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Return Keras' own cache of MNIST, in ``KERAS_HOME`` or ``~/.keras``."""
    home = environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets" / "mnist.npz"


def mnist_file(mnist: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of all of MNIST: the one in the settings if it exists, else Keras' cache."""
    return mnist if mnist is not None and mnist.is_file() else keras_cache(environ)
