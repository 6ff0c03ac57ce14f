"""What a worker does while nobody has work for it, so that the next run starts at once."""

from __future__ import annotations

import contextlib

from webapp.ml import digits
from webapp.ml.process.failure import Failure
from webapp.schemas.datasets import DATASETS
from webapp.settings import Settings


def warm_up(settings: Settings) -> None:
    """Take into memory the digits that are on this machine.

    Nothing is computed yet: how the cores share the work (`cores.py`) is the network's to say.
    """
    for name in DATASETS:
        with contextlib.suppress(Failure):  # not on this machine: nothing to take
            digits.load_once(name, settings.data_dir, settings.mnist)
