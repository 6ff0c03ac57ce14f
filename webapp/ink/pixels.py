"""Pixels that are already as in MNIST."""

from collections.abc import Sequence

import numpy as np

from webapp.ink.errors import BadDrawing, EmptyDrawing
from webapp.ink.field import SIDE, Picture


def from_pixels(rows: Sequence[Sequence[float]]) -> Picture:
    """Return a picture unchanged: 28 rows of 28 numbers, 0-255, bright digit on 0.

    Returns (28, 28) uint8, 0-255, rounded. Raises EmptyDrawing if all of it is 0, BadDrawing for an
    invalid picture.
    """
    try:
        pixels = np.asarray(rows)
        if pixels.shape != (SIDE, SIDE) or pixels.dtype.kind not in "iuf":
            raise BadDrawing("bad_pixels")
    except ValueError as error:  # rows of different lengths
        raise BadDrawing("bad_pixels") from error
    if not np.isfinite(pixels).all():
        raise BadDrawing("not_finite")
    if pixels.min() < 0 or pixels.max() > 255:
        raise BadDrawing("bad_pixels")
    drawn = np.array(np.rint(pixels), np.uint8)
    if not drawn.any():
        raise EmptyDrawing
    return drawn
