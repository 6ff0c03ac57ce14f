"""Pen strokes -> a picture as in MNIST.

The pen is a round nib. MNIST was made from black-and-white scans reduced to a 20-pixel box, so its
strokes are full in the middle and fade out over about a pixel at the rim. PEN, RIM and MARGIN are
fitted to its 60,000 training images: mean brightness 0.131 of full, 19 % of pixels above 0, 13 %
above 127, 7 % above 251 (each digit counted alike); digits from a tablet come out the same.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from webapp.ink.errors import MAX_POINTS, MAX_STROKES, BadDrawing, EmptyDrawing
from webapp.ink.field import BOX, Floats, Picture, place
from webapp.ink.slash import without_slash

PEN = 2.5  # pixels: width of a stroke at half of its brightness
RIM = 1.2  # pixels: over which the brightness falls from full to none
MARGIN = 0.4  # pixels: from the box's side to where a stroke has half of its brightness
STEP = 0.25  # pixels between two prints of the nib
CROWD = 2_000  # prints; with more, those in the same cell of STEP x STEP are made one
MAX_PRINTS = 50_000  # thirty times over the whole box: no more is seen of any scribble

REACH = BOX - 2 * MARGIN - PEN  # pixels: the longest side of the pen's path
AROUND = np.arange(-1, 3)  # pixels: from a print's own one, those on which it may leave ink

Strokes = Sequence[Sequence[Sequence[float]]]


def from_strokes(strokes: Strokes) -> Picture:
    """Draw pen strokes as an MNIST digit.

    strokes: [[[x, y], ...], ...], y downwards, any scale and position. Returns (28, 28) uint8,
    0-255, bright ink on 0. Raises EmptyDrawing without points, BadDrawing for what is no drawing.
    """
    parts = without_slash(_unit(_read(strokes)))
    return place(_nib(_prints(_fit(np.concatenate(parts)), _joined(parts))))


def check_size(strokes: Sequence[Sequence[object]]) -> None:
    """Raise BadDrawing for too many strokes or points, before reading any of them."""
    if len(strokes) > MAX_STROKES:
        raise BadDrawing("too_many_strokes")
    if sum(map(len, strokes)) > MAX_POINTS:
        raise BadDrawing("too_many_points")


def _read(strokes: Strokes) -> list[Floats]:
    """Return the strokes that have points, each (n, 2) float64, finite."""
    check_size(strokes)
    parts = [_stroke(stroke) for stroke in strokes if len(stroke)]
    if not parts:
        raise EmptyDrawing
    if not all(np.isfinite(part).all() for part in parts):
        raise BadDrawing("not_finite")
    return parts


def _stroke(stroke: Sequence[Sequence[float]]) -> Floats:
    """Return one stroke as (n, 2) float64; text, truth values and ragged lists are refused."""
    try:
        points = np.asarray(stroke)
        if points.dtype.kind not in "iufO" or points.shape[1:] != (2,):
            raise BadDrawing("bad_strokes")
        return np.array(points, np.float64)
    except OverflowError as error:  # an integer of more than 308 digits
        raise BadDrawing("not_finite") from error
    except (ValueError, TypeError) as error:
        raise BadDrawing("bad_strokes") from error


def _unit(parts: list[Floats]) -> list[Floats]:
    """Return coordinates of any size scaled to -1..1, so that no later sum overflows."""
    most = max(float(np.abs(part).max()) for part in parts) or 1.0
    return [part / most for part in parts]


def _joined(parts: list[Floats]) -> NDArray[np.bool_]:
    """Return whether each point, (n,) bool, is joined to the next: not across two strokes."""
    joined = np.ones(sum(map(len, parts)), np.bool_)
    joined[np.cumsum([len(part) for part in parts]) - 1] = False
    return joined


def _fit(points: Floats) -> Floats:
    """Scale and shift (n, 2) points so that their ink fills the box; a dot goes in its middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = float((high - low).max()) or 1.0
    fitted: Floats = (points - (low + high) / 2) / span * REACH + (BOX - 1) / 2
    return fitted


def _prints(points: Floats, joined: NDArray[np.bool_]) -> Floats:
    """Return where the nib touches: (m, 2) float64, at most STEP apart along every stroke."""
    starts = points[:-1][joined[:-1]]
    moves = points[1:][joined[:-1]] - starts
    lengths = np.hypot(moves[:, 0], moves[:, 1])
    step = max(STEP, float(lengths.sum()) / MAX_PRINTS)
    counts = np.ceil(lengths / step).astype(np.intp)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    share = nth / np.repeat(counts, counts)
    between = np.repeat(starts, counts, axis=0) + np.repeat(moves, counts, axis=0) * share[:, None]
    prints = np.concatenate([points, between])
    return prints if len(prints) <= CROWD else _thin(prints)


def _thin(prints: Floats) -> Floats:
    """Return one print per cell of STEP x STEP pixels: (m, 2) -> (k, 2) float64, k <= 6,561."""
    cells = np.zeros((int(BOX / STEP) + 1,) * 2, np.bool_)
    x, y = np.rint(prints / STEP).astype(np.intp).T
    cells[x, y] = True
    return np.argwhere(cells).astype(np.float64) * STEP


def _nib(prints: Floats) -> Floats:
    """Return the box, (20, 20) float64, 0-1: a pixel's brightness depends on the nearest print.

    Only the 4 by 4 pixels around a print are computed: those farther off stay dark, for the nib
    reaches less than two pixels (PEN / 2 + RIM / 2), and MARGIN keeps them all in the box.
    """
    points = prints.astype(np.float32).T[:, :, None]
    pixels = np.floor(points).astype(np.intp) + AROUND
    x, y = np.square(points - pixels.astype(np.float32))
    column, row = pixels
    square = np.full(BOX * BOX, BOX * BOX, np.float32)
    np.minimum.at(
        square,
        (row[:, :, None] * BOX + column[:, None, :]).ravel(),
        (y[:, :, None] + x[:, None, :]).ravel(),
    )
    distance = np.sqrt(square.reshape(BOX, BOX))
    return np.asarray(np.clip((PEN / 2 - distance) / RIM + 0.5, 0.0, 1.0), np.float64)
