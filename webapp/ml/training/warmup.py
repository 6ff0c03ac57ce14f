"""What a worker loads while it waits, so that the next run starts at once."""

from __future__ import annotations

import contextlib

from webapp.ml import digits
from webapp.ml.process.failure import Failure
from webapp.schemas.datasets import DATASETS
from webapp.settings import Settings


def warm_up(settings: Settings) -> None:
    """Load the digits that are on this machine into memory.

    Nothing is computed yet: how the cores share the work (`cores.py`) depends on the network.
    """
    for name in DATASETS:
        with contextlib.suppress(Failure):  # not on this machine: nothing to load
            digits.load_once(name, settings.data_dir, settings.mnist)
