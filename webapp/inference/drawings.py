"""Converts a drawing from a request to the 28×28 pixels of the network; errors become sentences."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from webapp.background import Pool, offload
from webapp.errors import FieldProblem, InvalidInput, TooLarge
from webapp.schemas.problems import MAX_FAULTS, path_of
from webapp.security import refusals

if TYPE_CHECKING:
    from webapp import ink

KINDS = ("strokes", "image", "pixels")

SENTENCES: dict[str, Any] = {
    "bad_strokes": _("must be a list of strokes, each a list of points [x, y]"),
    "too_many_strokes": _("has too many strokes: at most 200"),
    "too_many_points": _("has too many points: at most 20,000"),
    "not_finite": _("must hold finite numbers only"),
    "bad_pixels": _("must be 28 rows of 28 numbers between 0 and 255"),
    "not_an_image": _("must be a PNG or JPEG image as a data URL"),
    "image_too_large": _("is too large: at most 4 MB and 4096×4096 pixels"),
    "image_too_complex": _("has too many parts: save it again as a plain PNG or JPEG"),
}
TOO_LARGE = ("image_too_large",)

_long = Pool(1)
"""Drawings of many points are prepared one after the other: several threads that compute in Python
would leave the one that answers everybody too little time (docs/results.md, "Constants and their
sources")."""

_loading = threading.Lock()
"""Held while a thread imports: the first drawings are prepared one after the other."""


def picture(body: dict[str, Any], of_image: Callable[[Any], ink.Picture]) -> ink.Picture:
    """Return (28, 28) uint8, bright ink on 0; ``of_image`` decodes an image.

    Raises InvalidInput, TooLarge, and as ``of_image``.
    """
    kinds = [kind for kind in KINDS if kind in body]
    unknown = [name for name in body if name not in KINDS]
    if len(kinds) != 1 or unknown:
        raise _fault_of_kinds(kinds, unknown)
    _load()
    from webapp import ink

    kind = kinds[0]
    try:
        if kind == "image":
            return of_image(body[kind])
        if ink.is_quick(kind, body[kind]):
            return ink.from_json(kind, body[kind])
        return _long.run(ink.from_json, kind, body[kind])
    except ink.EmptyDrawing:
        raise _nothing(kind) from None
    except ink.BadDrawing as error:
        raise _fault(kind, error.code) from None


@cache
def _load() -> None:
    """Import NumPy and Pillow at the first drawing: they are a sixth of the memory of an idle
    process.

    A thread imports them, so that other requests are answered.
    """
    with _loading:
        offload(import_module, "webapp.ink")


def _nothing(kind: str) -> InvalidInput:
    """Return the error for a drawing without ink, or a picture without anything like ink."""
    if kind == "image":
        message = gettext("No digit was found in the image.")
        reason = gettext("needs a digit that stands out from its background")
    else:
        message = gettext("Nothing has been drawn yet.")
        reason = gettext("must not be empty")
    return InvalidInput("empty_drawing", message, [FieldProblem(kind, reason)])


def _fault(kind: str, code: str) -> InvalidInput | TooLarge:
    """Return the error for one of ink's codes."""
    if code == "image_too_complex":
        refusals.note(code, request.environ)
    fields = [FieldProblem(kind, SENTENCES[code])]
    message = (
        gettext("The image cannot be used.")
        if kind == "image"
        else gettext("The drawing cannot be used.")
    )
    return (TooLarge if code in TOO_LARGE else InvalidInput)(code, message, fields)


def _fault_of_kinds(kinds: list[str], unknown: list[str]) -> InvalidInput:
    """Return the error for a body with no drawing, with several, or with other keys."""
    sentence = gettext("This key is not known here.")
    fields = [FieldProblem(path_of([name]), sentence) for name in unknown[:MAX_FAULTS]]
    if len(kinds) != 1:
        sentence = gettext("Exactly one of strokes, image and pixels is needed.")
        fields += [FieldProblem(kind, sentence) for kind in kinds or KINDS[:1]]
    return InvalidInput("invalid_drawing", gettext("The drawing cannot be used."), fields)
