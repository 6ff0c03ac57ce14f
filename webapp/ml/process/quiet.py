"""Imports TensorFlow and Keras without their log output and without packages they do not need.

Importing this module does it; import it before anything that imports TensorFlow.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys

UNNEEDED = ("matplotlib", "pandas", "sklearn")
"""Keras imports these where they are installed, for parts of it that are not used here, and works
without them. What they cost: docs/results.md, "Constants and their sources"."""

REGIONS = "--xla_cpu_copy_insertion_use_region_analysis=true"
"""Tells XLA that a loop may change weights in place where it read them before: without it, each
step of `engine.py` copies some of them first (docs/results.md, "Constants and their sources")."""

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["XLA_FLAGS"] = f"{REGIONS} {os.environ.get('XLA_FLAGS', '')}".strip()
# For NumPy and scikit-learn, not for TensorFlow: their steps are so short here that threads wait
# for each other longer than they compute (docs/results.md, "Constants and their sources").
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only, from TensorFlow's C++


def log_to_stderr() -> None:
    """Log to standard error, which the parent process writes to a file."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=form)
    logging.getLogger("absl").setLevel(logging.ERROR)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def _import_keras() -> None:
    """Import TensorFlow and Keras as if `UNNEEDED` were not installed; later they are again.

    The garbage collector rests meanwhile: it would go through a million new objects again and
    again and find nothing. Afterwards it leaves them out for good.
    """
    hidden = [name for name in UNNEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: not to be had
    gc.disable()
    try:
        importlib.import_module("keras")
    finally:
        gc.freeze()
        gc.enable()
        for name in hidden:
            del sys.modules[name]


_import_keras()
