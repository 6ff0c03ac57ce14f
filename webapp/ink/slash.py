"""Removes the slash through a zero, which MNIST does not have.

Many people write 0 as a ring with a line across, to tell it from the letter O. A network that
learned MNIST has never seen one, and takes it for 8 or 9; so the line is left out of the picture.
"""

import numpy as np

from webapp.ink.field import Floats

TURN = (300, 540)  # degrees: how far a ring goes around its middle; a 4 or a 7 stays below 240
NEAR = 0.25  # of the ring's size: how far from the middle of the ring the slash may pass
LONG = 0.4  # of the ring's size: how far the slash reaches to each side of the middle, at least


def without_slash(strokes: list[Floats]) -> list[Floats]:
    """Return strokes, each (n, 2) float64, without the line through the middle of a ring."""
    if len(strokes) == 2:
        first, second = strokes
        if _is_ring(first) and _crosses(second, first):
            return [first]
        if _is_ring(second) and _crosses(first, second):
            return [second]
    return strokes


def _is_ring(stroke: Floats) -> bool:
    """Return whether a stroke, (n, 2) float64, goes once around the middle of its box."""
    spokes = (stroke - _middle(stroke)) @ np.array([1, 1j])
    spokes = spokes[spokes != 0]
    turn = abs(float(np.degrees(np.angle(spokes[1:] * spokes[:-1].conj()).sum())))
    return TURN[0] <= turn <= TURN[1]


def _crosses(line: Floats, ring: Floats) -> bool:
    """Return whether a line runs through the middle of the ring and out on both sides."""
    size = _size(ring)
    start, end = line[0] - _middle(ring), line[-1] - _middle(ring)
    length = float(np.hypot(*(end - start)))
    if length == 0:
        return False
    along = (end - start) / length
    aside = abs(float(start[0] * along[1] - start[1] * along[0]))
    return aside <= NEAR * size and float(-start @ along) >= LONG * size <= float(end @ along)


def _middle(stroke: Floats) -> Floats:
    """Return the middle of the box around a stroke: (2,) float64."""
    middle: Floats = (stroke.min(axis=0) + stroke.max(axis=0)) / 2
    return middle


def _size(stroke: Floats) -> float:
    """Return the longest side of the box around a stroke."""
    return float(np.ptp(stroke, axis=0).max())
