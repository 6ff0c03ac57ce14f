"""Before TensorFlow is imported: Keras on TensorFlow, and no chatter on the way.

Importing this module sets the environment of the process; import it first.
"""

from __future__ import annotations

import logging
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only, from TensorFlow's C++


def log_to_stderr() -> None:
    """The worker's log goes to standard error, which whoever started it drains to a file."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=form)
    logging.getLogger("absl").setLevel(logging.ERROR)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
