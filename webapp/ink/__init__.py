"""Ink: strokes, images and pixels -> a 28x28 picture as in MNIST (numpy and Pillow only).

field    MNIST's frame: the 20-pixel box, the 28-pixel field, the centre of mass
strokes  the pen; slash: the line through a zero, which MNIST does not have
image    photographs and screenshots; marks: what on a paper is the digit
header   what an image says of itself before it is decoded
pixels   pictures that fit already
sent     any of these as JSON carries them; __main__: a process that decodes images
errors   limits, and what can be wrong

May import nothing of ours except ``private``. Must not know Flask or a network.
"""

from webapp.ink.errors import (
    MAX_IMAGE_BYTES,
    MAX_IMAGE_SIDE,
    MAX_POINTS,
    MAX_STROKES,
    BadDrawing,
    EmptyDrawing,
)
from webapp.ink.field import Picture
from webapp.ink.image import from_image
from webapp.ink.pixels import from_pixels
from webapp.ink.sent import from_json, is_quick, quick_image
from webapp.ink.strokes import check_size, from_strokes

__all__ = [
    "MAX_IMAGE_BYTES",
    "MAX_IMAGE_SIDE",
    "MAX_POINTS",
    "MAX_STROKES",
    "BadDrawing",
    "EmptyDrawing",
    "Picture",
    "check_size",
    "from_image",
    "from_json",
    "from_pixels",
    "from_strokes",
    "is_quick",
    "quick_image",
]
