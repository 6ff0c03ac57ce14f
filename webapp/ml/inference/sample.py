"""Some of the test images, where all of them would take too long or be too many to see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webapp.ml.digits import Images

SEED = 1998
"""Of the choice. MNIST's test images are not in a random order: its first half is the cleaner."""


def stratified(labels: Images, most: int) -> NDArray[np.intp]:
    """Ascending indices of `most` images or fewer, as many of each digit as there are, in tenths.

    `labels`: (n,), 0-9. Always the same choice; a smaller one is part of a larger one. With no
    more than `most` images, all of them.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    random = np.random.RandomState(SEED)
    of_digit = [random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    each = max(1, most // 10)
    return np.sort(np.concatenate([places[:each] for places in of_digit]))
