"""Reads drawings from JSON and checks that they are what they claim to be."""

from __future__ import annotations

import base64
import binascii
import math
from itertools import chain
from typing import Any

from webapp.ink.errors import MAX_IMAGE_BYTES, MAX_STROKES, BadDrawing
from webapp.ink.field import Picture
from webapp.ink.image import from_header, from_image, header
from webapp.ink.pixels import from_pixels
from webapp.ink.strokes import check_size, from_strokes

QUICK = 800
"""The most points (or pixels) that are prepared directly: a digit takes a fifth of a
millisecond."""


def is_quick(kind: str, value: Any) -> bool:
    """Return whether preparing it is faster than handing it to a thread: true for most digits."""
    return (
        kind != "image"
        and isinstance(value, list)
        and len(value) <= MAX_STROKES
        and _are_lists(value)
        and sum(map(len, value)) <= QUICK
    )


def from_json(kind: str, value: Any) -> Picture:
    """Return the picture of one kind of drawing. Raises BadDrawing and EmptyDrawing."""
    if kind == "strokes":
        if not _are_lists(value):
            raise BadDrawing("bad_strokes")
        check_size(value)  # first: to look at each of a million points takes seconds
        if not all(map(_are_points, value)):
            raise BadDrawing("bad_strokes")
        return from_strokes(value)
    if kind == "image":
        return from_image(_decoded(value))
    if not isinstance(value, list) or not all(_is_numbers(row) for row in value):
        raise BadDrawing("bad_pixels")
    return from_pixels(value)


def quick_image(value: Any) -> Picture | None:
    """Return the picture of an image, or None if decoding is slow. Raises as ``from_json``."""
    known = header(_decoded(value))
    return from_header(known) if known.quick else None


def _are_lists(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) for one in value)


def _are_points(stroke: list[Any]) -> bool:
    """Return whether all are lists of two numbers; by their types, for a stroke has many."""
    return (
        set(map(type, stroke)) <= {list}
        and set(map(len, stroke)) <= {2}
        and _is_numbers(list(chain.from_iterable(stroke)))
    )


def _is_numbers(row: Any) -> bool:
    """Return whether it is a list of numbers that a float can hold (true and false are none)."""
    if not isinstance(row, list):
        return False
    kinds = set(map(type, row))
    if not kinds <= {int, float}:
        return False
    return int not in kinds or all(type(one) is float or abs(one) < 2**63 for one in row)


def _decoded(value: Any) -> bytes:
    """Return the bytes of a data URL."""
    if not isinstance(value, str):
        raise BadDrawing("not_an_image")
    if len(value) > math.ceil(MAX_IMAGE_BYTES / 3) * 4 + 100:
        raise BadDrawing("image_too_large")
    head, _comma, data = value.partition(",")
    # The type is ignored: files without one are recognized by their content.
    if not (head.startswith("data:") and head.endswith(";base64")):
        raise BadDrawing("not_an_image")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadDrawing("not_an_image") from None
