"""Converts a picture of a digit, PNG or JPEG, to a picture as in MNIST.

`from_image` lists the steps: decode, with the limits first; convert to grey; extract the ink from
the paper's light and shade; remove dirt; scale into the box.
"""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFilter

from webapp.ink.errors import MAX_IMAGE_BYTES, MAX_IMAGE_SIDE, BadDrawing, EmptyDrawing
from webapp.ink.field import BOX, Floats, Picture, place
from webapp.ink.header import Header, checked
from webapp.ink.marks import digit_marks
from webapp.ink.strokes import PEN

WORK_SIDE = 512  # pixels: larger pictures are made smaller first; 25 times the box is enough
GRID = 64  # pixels: the small copy on which light and shade are measured
PNG_DEPTH = 24  # where a PNG says how many bits a value has; Pillow keeps 8 of colours' 16
DEEP = "inkling deep"  # in Pillow's notes of an image: its values had 16 bits
TURNS = {  # how to turn an image, by the orientation in which the camera says it was held
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ROWS = 64  # of an image of 16 bits, brought to 8 bits at a time
CONTRAST = 20.0  # grey levels (of 255) between paper and ink; with less there is no digit
GRAIN = 3.0  # times the paper's noise: what is fainter is paper, twice as much must be ink


def from_image(data: bytes) -> Picture:
    """Find the digit in a PNG or JPEG, dark on light or light on dark.

    Returns (28, 28) uint8, 0-255, bright ink on 0. Raises BadDrawing ("not_an_image",
    "image_too_large", "image_too_complex"), and EmptyDrawing when nothing stands out from the
    paper.
    """
    return from_header(header(data))


def header(data: bytes) -> Header:
    """Read the header of a PNG or JPEG. Raises BadDrawing."""
    if len(data) > MAX_IMAGE_BYTES:
        raise BadDrawing("image_too_large")
    return checked(data)


def from_header(known: Header) -> Picture:
    """Find the digit in an image whose header was read. Raises as ``from_image``."""
    ink = _ink(_grey(*_decoded(known.data)))
    return place(_box(_crop(digit_marks(ink))))


def _decoded(data: bytes) -> tuple[Image.Image, Any]:
    """Return the image, no larger than needed, and its orientation."""
    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if max(image.size) > MAX_IMAGE_SIDE:
            raise BadDrawing("image_too_large")
        image.draft(None, (WORK_SIDE, WORK_SIDE))  # JPEG: decode no more than is needed
        image.load()
        image.info[DEEP] = image.format == "PNG" and data[PNG_DEPTH] == 16
        return image, image.getexif().get(ExifTags.Base.Orientation)
    except BadDrawing:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise BadDrawing("image_too_large") from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds for broken files
        raise BadDrawing("not_an_image") from error


def _grey(image: Image.Image, orientation: Any) -> Floats:
    """Return brightness, (h, w) float64, 0-255, longest side at most WORK_SIDE, transparency
    filled.
    """
    deep = image.info.get(DEEP, False)
    if image.mode.startswith("I"):  # 16 bits a pixel, which `convert` would cut off at 255
        image = _shallow(np.asarray(image))
    clear = image.has_transparency_data
    if clear and image.mode not in ("LA", "RGBA"):
        image = image.convert("RGBA")
    image = image.convert("LA" if clear else "L")
    image.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation])
    if not clear:
        light = np.asarray(image, np.float64)
        return _stretched(light) if deep else light
    light, cover = np.asarray(image, np.float64).transpose(2, 0, 1)
    if deep:
        light, cover = _stretched(light), _stretched(cover)
    return _fill(light, cover / 255)


def _shallow(values: NDArray[Any]) -> Image.Image:
    """Return an 8-bit image of (h, w) deeper values >= 0, converted some rows at a time.

    In float64 all of them would take 134 MB.
    """
    most = _most(values)
    shallow = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), ROWS):
        shallow[top : top + ROWS] = values[top : top + ROWS] * (255 / most)
    return Image.fromarray(shallow)


def _stretched(values: NDArray[Any]) -> Floats:
    """Return values >= 0 as float64, 0-255, scaled by the highest bit that is used.

    Cameras and scanners write 12 bits into 16, which would be nearly black otherwise.
    """
    return np.asarray(values * (255 / _most(values)), np.float64)


def _most(values: NDArray[Any]) -> int:
    """Return the largest number with as many bits as the largest value has; at least 1."""
    return max((1 << int(values.max()).bit_length()) - 1, 1)


def _fill(light: Floats, cover: Floats) -> Floats:
    """Return (h, w) brightness, of opacity 0-1, on a ground that contrasts with its ink.

    Mostly transparent: only the ink was drawn. Mostly opaque: the paper was drawn as well.
    """
    if cover.mean() > 0.5:
        ground = float(np.median(light[cover > 0.5]))
    else:
        ground = 255.0 if (light * cover).sum() <= 127.5 * cover.sum() else 0.0
    return light * cover + ground * (1 - cover)


def _ink(grey: Floats) -> Floats:
    """Return how much ink each pixel of (h, w) brightness holds: float64, 0-1."""
    rise = grey - _paper(grey)
    rise = rise if (rise**3).sum() > 0 else -rise  # ink is what lies far from the paper
    noise = 1.4826 * float(np.median(np.abs(rise)))
    floor = GRAIN * noise
    full = _level(rise)
    if full < max(CONTRAST, 2 * floor):
        raise EmptyDrawing
    return np.clip((rise - floor) / (full - floor), 0.0, 1.0)


def _level(rise: Floats) -> float:
    """Return how far full ink rises over the paper, however little ink there is; 0 without ink."""
    threshold = rise.max() / 2
    for _ in range(10):  # to the middle between ink's mean and paper's
        ink = rise > threshold
        if not ink.any():
            return 0.0
        threshold = (rise[ink].mean() + rise[~ink].mean()) / 2
    return float(np.percentile(rise[rise > threshold], 75))


def _paper(grey: Floats) -> Floats:
    """Return the paper's brightness at each pixel of (h, w): its border's, or a smooth surface.

    A drawn picture has one brightness all along its border. A photograph's paper is fitted by a
    quadratic surface, by least absolute deviations, so that the ink does not bend it.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    middle = float(np.median(border))
    if np.median(np.abs(border - middle)) < 1:
        return np.full_like(grey, middle)
    small = Image.fromarray(grey.astype(np.float32)).resize((GRID, GRID), Image.Resampling.BOX)
    wanted = np.asarray(small, np.float64).ravel()
    terms = _quadratic(GRID, GRID).reshape(6, -1)
    away = np.abs(wanted - np.median(wanted))
    for _ in range(12):
        weights = terms / np.maximum(away, 1.0)
        factors = np.linalg.lstsq(weights @ terms.T, weights @ wanted)[0]
        away = np.abs(wanted - factors @ terms)
    return np.tensordot(factors, _quadratic(*grey.shape), 1)


def _quadratic(height: int, width: int) -> Floats:
    """Return 1, x, y, xx, xy, yy over a picture with sides from -1 to 1: (6, h, w) float64."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y])


def _crop(ink: Floats) -> Floats:
    """Return the part of (h, w) ink that the digit covers."""
    rows, columns = (np.flatnonzero((ink > 0.2).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _box(ink: Floats) -> Floats:
    """Scale (h, w) ink to a longest side of 20, with lines at least as wide as our pen's."""
    scale = BOX / max(ink.shape)
    grow = int((PEN / scale - _width(ink)) / 2)
    if grow > 0:
        ink = _thicken(ink, grow)
        scale = BOX / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    image = Image.fromarray(ink.astype(np.float32))
    box = np.asarray(image.resize((width, height), Image.Resampling.HAMMING), np.float64)
    return np.clip(box / float(box.max()), 0.0, 1.0)


def _width(ink: Floats) -> float:
    """Return the mean width of the lines in (h, w) ink, in pixels: twice the area per outline."""
    down, right = np.gradient(np.pad(ink, 1))
    return 2 * float(ink.sum()) / float(np.hypot(down, right).sum())


def _thicken(ink: Floats, grow: int) -> Floats:
    """Return (h, w) ink with lines wider by `grow` pixels on each side."""
    image = Image.fromarray(np.rint(np.pad(ink, grow) * 255).astype(np.uint8))
    for _ in range(grow):
        image = image.filter(ImageFilter.MaxFilter(3))
    return np.asarray(image, np.float64) / 255
