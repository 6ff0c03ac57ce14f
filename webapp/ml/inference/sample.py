"""Chooses some test images, where all of them would take too long or be too many to see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webapp.ml.digits import Images

SEED = 1998
"""The seed of the choice. MNIST's test images are not in a random order: its first half is
cleaner."""


def stratified(labels: Images, most: int) -> NDArray[np.intp]:
    """Return ascending indices of at most `most` images, with the digits in their true proportions.

    `labels`: (n,), 0-9. The choice is always the same, and a smaller one is part of a larger one.
    With no more than `most` images, all are chosen.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    random = np.random.RandomState(SEED)
    of_digit = [random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    each = max(1, most // 10)
    return np.sort(np.concatenate([places[:each] for places in of_digit]))
