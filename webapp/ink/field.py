"""MNIST's frame: a digit in a 20x20 box, the box in a 28x28 field by its centre of mass.

From Y. LeCun's MNIST page (http://yann.lecun.com/exdb/mnist/): the digits "were size normalized
to fit in a 20x20 pixel box while preserving their aspect ratio … the images were centered in a
28x28 image by computing the center of mass of the pixels, and translating the image so as to
position this point at the center of the 28x28 field". The translation is by whole pixels: the
centres of mass of MNIST's images lie evenly within half a pixel of (14, 14).
"""

import numpy as np
from numpy.typing import NDArray

SIDE = 28  # pixels: the whole picture
BOX = 20  # pixels: the longest side of the digit
CENTRE = 14.0  # pixel index, measured on MNIST's 70,000 images (their mean; +- 0.29)

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]


def place(box: Floats) -> Picture:
    """Return a digit on the field, with its centre of mass as close to the centre as possible.

    box: (h, w) float64, 0-1, not all zero, its ink at most 20 by 20. Returns (28, 28) uint8, 0-255.
    """
    ink = np.rint(box * 255)
    ink = ink[_inked(ink.sum(axis=1)), _inked(ink.sum(axis=0))]
    top, left = _start(ink.sum(axis=1)), _start(ink.sum(axis=0))
    field = np.zeros((SIDE, SIDE), np.uint8)
    field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return field


def _inked(mass: Floats) -> slice:
    """Return the first and the last of (n,) lines that have ink."""
    index = np.flatnonzero(mass)
    return slice(index[0], index[-1] + 1)


def _start(mass: Floats) -> int:
    """Return the index at which `mass`, (n,) float64, begins, so that its mean lies at the centre.

    A tie, as of any symmetric shape, must not depend on rounding errors; no ink leaves the field.
    """
    mean = float(np.arange(len(mass)) @ mass / mass.sum())
    start = int(np.ceil(CENTRE - mean - 0.5 - 1e-6))
    return min(max(start, 0), SIDE - len(mass))
