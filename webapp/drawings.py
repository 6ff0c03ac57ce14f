"""A drawing as it is sent → the 28×28 that the network sees; faults as sentences."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from webapp import ink
from webapp.background import offload
from webapp.errors import FieldProblem, InvalidInput, TooLarge

KINDS = ("strokes", "image", "pixels")

SENTENCES: dict[str, Any] = {
    "bad_strokes": _("must be a list of strokes, each a list of points [x, y]"),
    "too_many_strokes": _("has too many strokes: at most 200"),
    "too_many_points": _("has too many points: at most 20,000"),
    "not_finite": _("must hold finite numbers only"),
    "bad_pixels": _("must be 28 rows of 28 numbers between 0 and 255"),
    "not_an_image": _("must be a PNG or JPEG image as a data URL"),
    "image_too_large": _("is too large: at most 4 MB and 4096×4096 pixels"),
}
TOO_LARGE = ("image_too_large",)


def picture(body: dict[str, Any]) -> list[list[int]]:
    """28 rows of 28 values 0–255, bright ink on 0. Raises InvalidInput and TooLarge."""
    kinds = [kind for kind in KINDS if kind in body]
    unknown = [name for name in body if name not in KINDS]
    if len(kinds) != 1 or unknown:
        raise _fault_of_kinds(kinds, unknown)
    kind = kinds[0]
    try:
        drawn = offload(_prepare, kind, body[kind])
    except ink.EmptyDrawing:
        raise InvalidInput(
            "empty_drawing",
            gettext("There is nothing drawn yet."),
            [FieldProblem(kind, gettext("must not be empty"))],
        ) from None
    except ink.BadDrawing as error:
        raise _fault(kind, error.code) from None
    return drawn


def _prepare(kind: str, value: Any) -> list[list[int]]:
    """The picture of one kind of drawing; runs in a real thread."""
    if kind == "strokes":
        if not _are_lists(value):
            raise ink.BadDrawing("bad_strokes")
        ink.check_size(value)  # first: to look at each of a million points takes seconds
        if not all(_is_point(point) for stroke in value for point in stroke):
            raise ink.BadDrawing("bad_strokes")
        drawn = ink.from_strokes(value)
    elif kind == "image":
        drawn = ink.from_image(_decoded(value))
    else:
        if not isinstance(value, list) or not all(_is_numbers(row) for row in value):
            raise ink.BadDrawing("bad_pixels")
        drawn = ink.from_pixels(value)
    rows: list[list[int]] = drawn.tolist()
    return rows


def _are_lists(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) for one in value)


def _is_point(point: Any) -> bool:
    return _is_numbers(point) and len(point) == 2


def _is_numbers(row: Any) -> bool:
    """Whether it is a list of numbers that a float can hold (true and false are none)."""
    return isinstance(row, list) and all(
        isinstance(number, float) or (type(number) is int and abs(number) < 2**63) for number in row
    )


def _decoded(value: Any) -> bytes:
    """The bytes of a data URL."""
    if not isinstance(value, str):
        raise ink.BadDrawing("not_an_image")
    if len(value) > math.ceil(ink.MAX_IMAGE_BYTES / 3) * 4 + 100:
        raise ink.BadDrawing("image_too_large")
    head, _comma, data = value.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64")):
        raise ink.BadDrawing("not_an_image")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ink.BadDrawing("not_an_image") from None


def _fault(kind: str, code: str) -> InvalidInput | TooLarge:
    """The error for one of ink's codes."""
    fields = [FieldProblem(kind, SENTENCES[code])]
    message = gettext("The drawing cannot be used.")
    return (TooLarge if code in TOO_LARGE else InvalidInput)(code, message, fields)


def _fault_of_kinds(kinds: list[str], unknown: list[str]) -> InvalidInput:
    """The error for a body with no drawing, with several, or with other keys."""
    fields = [FieldProblem(name, gettext("This key is not known here.")) for name in unknown]
    if len(kinds) != 1:
        sentence = gettext("Exactly one of strokes, image and pixels is needed.")
        fields += [FieldProblem(kind, sentence) for kind in kinds or KINDS[:1]]
    return InvalidInput("invalid_drawing", gettext("The drawing cannot be used."), fields)
