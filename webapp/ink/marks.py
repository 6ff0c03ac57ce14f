"""Separates the marks of the digit from dirt and the paper's edge."""

import numpy as np
from numpy.typing import NDArray

from webapp.ink.field import Floats

GRID = 64  # cells along the longest side: marks nearer than a cell are one
SPECK = 0.05  # of the main mark's ink: what has less is dirt
ALONG = 0.25  # of a side: a mark along that much of it is a table's rim rather than a digit
RIM = 0.1  # what such a mark's ink counts for, where there are others

Mask = NDArray[np.bool_]


def digit_marks(ink: Floats) -> Floats:
    """Return the ink, (h, w) float64, 0-1, without the marks that are not the digit."""
    factor = -(-max(ink.shape) // GRID)
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % factor), (0, -width % factor)))
    cells = padded.reshape(padded.shape[0] // factor, factor, -1, factor)
    mass = cells.sum(axis=(1, 3))
    marks = _marks(cells.max(axis=(1, 3)) > 0.5)
    main = max(marks, key=lambda mark: _mass(mark, mass) * (RIM if _is_rim(mark) else 1.0))
    least = SPECK * _mass(main, mass)
    kept = [mark for mark in marks if _mass(mark, mass) >= least]
    kept = [mark for mark in kept if _is_rim(main) or not _is_rim(mark)]
    cover = np.kron(_wider(np.any(kept, axis=0)), np.ones((factor, factor)))
    return ink * cover[:height, :width]


def _mass(mark: Mask, mass: Floats) -> float:
    """Return a mark's ink."""
    return float(mass[mark].sum())


def _is_rim(mark: Mask) -> bool:
    """Return whether a mark, (h, w) bool, runs along a side of the picture."""
    return any(side.mean() > ALONG for side in (mark[0], mark[-1], mark[:, 0], mark[:, -1]))


def _marks(cells: Mask) -> list[Mask]:
    """Return the connected parts of (h, w) cells, corners touching, each as (h, w) bool."""
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
    """Return the cells and their eight neighbours: a line's faint rim belongs to it."""
    pad = np.pad(cells, 1)
    tall = pad[:-2] | pad[1:-1] | pad[2:]
    return tall[:, :-2] | tall[:, 1:-1] | tall[:, 2:]
