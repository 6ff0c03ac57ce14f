"""Distortions of digits: noise, rotation, shift, thicker and thinner strokes.

Images are (n, 28, 28), 0 = paper. Distortions of the shape take raw pixels, 0-255, and come before
scaling, as if the digit had been drawn so. Noise comes after scaling, as with `test_noise`: before
it, a sigma of 1 in 255 would hide nothing.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from scipy import ndimage

from webapp.ml.digits import Floats, Images
from webapp.schemas.datasets import NOISE_SEED

FINE = 4
"""The parts into which a pixel's side is divided to make strokes thicker or thinner."""

DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))
"""Right, left, down, up, as (rows, columns)."""

CROSS = ((0, 0), *DIRECTIONS)
SQUARE = tuple((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1))


def noise(shape: tuple[int, ...]) -> Floats:
    """Return Gaussian noise of sigma 1, float32.

    Times `test_noise` it is the noise of `prepare_test`, so the noise of an image has the same
    pattern at every strength.
    """
    random = np.random.RandomState(NOISE_SEED)
    return random.standard_normal(shape).astype(np.float32)


def rotated(images: Images, degrees: float) -> Images:
    """Return images rotated counter-clockwise about their centre, bilinear, padded with paper."""
    if degrees == 0:
        return images
    turned: Images = ndimage.rotate(images, degrees, axes=(2, 1), reshape=False, order=1)
    return turned


def shifted(images: Images, rows: int, columns: int) -> Images:
    """Return images shifted by whole pixels, down and to the right, padded with paper."""
    moved = np.zeros_like(images)
    moved[:, _to(rows), _to(columns)] = images[:, _to(-rows), _to(-columns)]
    return moved


def thickened(images: Images, pixels: float) -> Images:
    """Return images whose strokes have every edge moved outward by `pixels`, or inward if negative.

    `pixels` is rounded to quarters. A pixel is divided into 4 x 4 finer ones, on which the
    brightest (darkest) neighbours are taken, in a cross and a square alternately, which together
    approximate a disk by an octagon. The mean of the finer pixels is the pixel again. (After Castro
    et al. 2019, Morpho-MNIST, arXiv:1809.10780.)
    """
    spread = np.minimum if pixels < 0 else np.maximum
    fine = images.repeat(FINE, axis=1).repeat(FINE, axis=2)
    for step in range(round(abs(pixels) * FINE)):
        offsets = SQUARE if step % 2 else CROSS
        padded = np.pad(fine, ((0, 0), (1, 1), (1, 1)))
        fine = reduce(spread, [_window(padded, *offset) for offset in offsets])
    n, height, width = images.shape
    parts = fine.reshape(n, height, FINE, width, FINE)
    coarse: Images = np.rint(parts.mean(axis=(2, 4))).astype(np.uint8)
    return coarse


def _to(distance: int) -> slice:
    """Return the target slice of a shift by `distance`; of the opposite, the source slice."""
    return slice(distance, None) if distance > 0 else slice(None, distance or None)


def _window(padded: Images, row: int, column: int) -> Images:
    height, width = padded.shape[1] - 2, padded.shape[2] - 2
    return padded[:, 1 + row : 1 + row + height, 1 + column : 1 + column + width]
