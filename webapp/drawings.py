"""A drawing as it is sent → the 28×28 that the network sees; faults as sentences."""

from __future__ import annotations

import base64
import binascii
import math
from itertools import chain
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from webapp import ink
from webapp.background import offload
from webapp.errors import FieldProblem, InvalidInput, TooLarge

KINDS = ("strokes", "image", "pixels")

QUICK = 800
"""So many points (or pixels) are prepared at once: a digit takes a fifth of a millisecond."""

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


def picture(body: dict[str, Any]) -> ink.Picture:
    """(28, 28) uint8, bright ink on 0. Raises InvalidInput and TooLarge."""
    kinds = [kind for kind in KINDS if kind in body]
    unknown = [name for name in body if name not in KINDS]
    if len(kinds) != 1 or unknown:
        raise _fault_of_kinds(kinds, unknown)
    kind = kinds[0]
    try:
        if _is_quick(kind, body[kind]):
            return _prepare(kind, body[kind])
        return offload(_prepare, kind, body[kind])
    except ink.EmptyDrawing:
        raise InvalidInput(
            "empty_drawing",
            gettext("There is nothing drawn yet."),
            [FieldProblem(kind, gettext("must not be empty"))],
        ) from None
    except ink.BadDrawing as error:
        raise _fault(kind, error.code) from None


def _is_quick(kind: str, value: Any) -> bool:
    """Whether preparing it takes less than handing it to a thread and back: most digits."""
    return (
        kind != "image"
        and isinstance(value, list)
        and len(value) <= ink.MAX_STROKES
        and _are_lists(value)
        and sum(map(len, value)) <= QUICK
    )


def _prepare(kind: str, value: Any) -> ink.Picture:
    """The picture of one kind of drawing; may run in a real thread."""
    if kind == "strokes":
        if not _are_lists(value):
            raise ink.BadDrawing("bad_strokes")
        ink.check_size(value)  # first: to look at each of a million points takes seconds
        if not all(map(_are_points, value)):
            raise ink.BadDrawing("bad_strokes")
        return ink.from_strokes(value)
    if kind == "image":
        return ink.from_image(_decoded(value))
    if not isinstance(value, list) or not all(_is_numbers(row) for row in value):
        raise ink.BadDrawing("bad_pixels")
    return ink.from_pixels(value)


def _are_lists(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) for one in value)


def _are_points(stroke: list[Any]) -> bool:
    """Whether all are lists of two numbers; by their kinds, for each pen's move has many."""
    return (
        set(map(type, stroke)) <= {list}
        and set(map(len, stroke)) <= {2}
        and _is_numbers(list(chain.from_iterable(stroke)))
    )


def _is_numbers(row: Any) -> bool:
    """Whether it is a list of numbers that a float can hold (true and false are none)."""
    if not isinstance(row, list):
        return False
    kinds = set(map(type, row))
    if not kinds <= {int, float}:
        return False
    return int not in kinds or all(type(one) is float or abs(one) < 2**63 for one in row)


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
