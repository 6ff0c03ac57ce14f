"""Reads and validates query parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar, cast

from flask import request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from webapp.errors import FieldProblem, InvalidInput
from webapp.language import translated
from webapp.runs.weights import NAMED, Chosen, Named
from webapp.schemas.problems import MAX_FAULTS, faults_of, path_of
from webapp.web.api.bounds import INDEX_DIGITS

Model = TypeVar("Model", bound=BaseModel)

FLAGS = ("0", "1")
"""What a parameter that says no or yes may be."""


def only(*names: str) -> None:
    """Raise InvalidInput for a parameter that is not among ``names`` (``lang`` always is)."""
    unknown = [name for name in request.args if name not in (*names, "lang")]
    if unknown:
        sentence = gettext("There is no such parameter.")
        raise invalid((path_of([name]), sentence) for name in unknown[:MAX_FAULTS])


def whole(name: str, default: int, low: int, high: int) -> int:
    """Return the parameter as an integer within bounds. Raises InvalidInput with its path."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and low <= int(text) <= high):
        message = gettext("must be a whole number between %(low)s and %(high)s", low=low, high=high)
        raise invalid([(name, message)])
    return int(text)


def epoch() -> Chosen:
    """Return the parameter ``epoch``: a number, ``best`` or, without one, ``newest``.

    Raises InvalidInput.
    """
    text = request.args.get("epoch", "newest")
    if text in NAMED:
        return cast(Named, text)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise invalid([("epoch", gettext("must be the number of an epoch, best or newest"))])
    return int(text)


def read(model: type[Model], *besides: str) -> Model:
    """Return all parameters but ``besides`` and ``lang`` as ``model``.

    Numbers as JSON writes them are numbers. Raises InvalidInput with every problem.
    """
    given = {
        name: _value(text) for name, text in request.args.items() if name not in (*besides, "lang")
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = translated(faults_of(error))
        raise invalid((problem.path, str(problem.message)) for problem in problems) from None


def _value(text: str) -> str | int | float:
    if re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    if re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text, re.ASCII):
        return float(text)
    return text


def among(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the parameter's comma-separated words, each of ``known``; empty without it.

    Raises InvalidInput with its path.
    """
    text = request.args.get(name)
    if text is None:
        return ()
    words = tuple(dict.fromkeys(text.split(",")))
    for word in words:
        _known(name, word, known)
    return words


def wholes(name: str, most: int) -> list[int]:
    """Return the parameter's comma-separated integers, at least one and at most ``most``.

    Raises InvalidInput with its path.
    """
    words = request.args.get(name, "").split(",")
    if len(words) > most or not all(_is_index(word) for word in words):
        message = gettext("must be up to %(most)s whole numbers, separated by commas", most=most)
        raise invalid([(name, message)])
    return [int(word) for word in words]


def _is_index(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= INDEX_DIGITS


def one_of(name: str, default: str, known: Sequence[str]) -> str:
    """Return the parameter, one of ``known``. Raises InvalidInput with its path."""
    return _known(name, request.args.get(name, default), known)


def signed(name: str, known: Sequence[str]) -> str:
    """Return the parameter, one of ``known``, also with a ``-`` before it. Raises InvalidInput."""
    text = request.args.get(name, "")
    _known(name, text.removeprefix("-"), known)
    return text


def _known(name: str, word: str, known: Sequence[str]) -> str:
    if word in known:
        return word
    sentence = "%(value)s is not known; choose one of %(names)s"  # of schemas/problems.py
    shown = json.dumps(word[:40], ensure_ascii=False)
    raise invalid([(name, gettext(sentence, value=shown, names=", ".join(known)))])


def invalid(problems: Iterable[tuple[str, str]]) -> InvalidInput:
    """Return the error for (path, message) pairs of query parameters."""
    fields = [FieldProblem(path, message) for path, message in islice(problems, MAX_FAULTS)]
    return InvalidInput(
        "invalid_query", gettext("The address has parameters that are not valid."), fields
    )
