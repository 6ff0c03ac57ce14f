"""Which marks on a paper are the digit, and which are dirt or the paper's edge."""

import numpy as np
from numpy.typing import NDArray

from webapp.ink.field import Floats

GRID = 64  # cells along the longest side: marks nearer than a cell are one
SPECK = 0.05  # of the main mark's ink: what has less is dirt
EDGE = 0.1  # what ink at the picture's edge counts for: a table's rim rather than a digit

Mask = NDArray[np.bool_]


def digit_marks(ink: Floats) -> Floats:
    """Ink, (h, w) float64, 0-1, without the marks that are not the digit."""
    factor = -(-max(ink.shape) // GRID)
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % factor), (0, -width % factor)))
    cells = padded.reshape(padded.shape[0] // factor, factor, -1, factor)
    mass = cells.sum(axis=(1, 3))
    marks = _marks(cells.max(axis=(1, 3)) > 0.5)
    main = max(marks, key=lambda mark: _weight(mark, mass))
    least = SPECK * _weight(main, mass)
    kept = np.any([mark for mark in marks if _weight(mark, mass) >= least], axis=0)
    return ink * np.kron(_wider(kept), np.ones((factor, factor)))[:height, :width]


def _weight(mark: Mask, mass: Floats) -> float:
    """A mark's ink; little of it counts where the mark reaches the edge of the picture."""
    at_edge = mark[0].any() or mark[-1].any() or mark[:, 0].any() or mark[:, -1].any()
    return float(mass[mark].sum()) * (EDGE if at_edge else 1.0)


def _marks(cells: Mask) -> list[Mask]:
    """The connected parts of (h, w) cells, corners touching, each as (h, w) bool."""
    left = set(zip(*(index.tolist() for index in np.nonzero(cells)), strict=True))
    marks = []
    while left:
        mark = np.zeros_like(cells)
        edge = [left.pop()]
        while edge:
            y, x = edge.pop()
            mark[y, x] = True
            near = {(y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            edge.extend(near)
        marks.append(mark)
    return marks


def _wider(cells: Mask) -> Mask:
    """The cells and their eight neighbours: a line's faint rim belongs to it."""
    pad = np.pad(cells, 1)
    tall = pad[:-2] | pad[1:-1] | pad[2:]
    return tall[:, :-2] | tall[:, 1:-1] | tall[:, 2:]
