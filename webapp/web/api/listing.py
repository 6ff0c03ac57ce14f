"""Reads the query of the list of runs from the address."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask_babel import gettext

from webapp.errors import FieldProblem, InvalidInput
from webapp.schemas.lists import (
    KINDS,
    MOST_SEARCHED,
    MOST_WORDS,
    NUMBERS,
    TEXTS,
    Cursor,
    Wanted,
    unsealed,
)
from webapp.web.api import query


def asked() -> tuple[Wanted, Cursor | None]:
    """Return the filter of the list, and where the page begins. Raises InvalidInput.

    A cursor contains its query; parameters beside it must be the same.
    """
    query.only("limit", "before", "cursor", "q", "status", "sort", "mine")
    given = _given()
    text = request.args.get("cursor")
    if text is None:
        return Wanted.model_validate(given), None
    try:
        cursor = unsealed(text)
    except ValueError:
        raise _broken() from None
    if any(getattr(cursor, name) != value for name, value in given.items()):
        raise _broken()
    return cursor.wanted, cursor


def _given() -> dict[str, object]:
    """Return the filter in the address. Raises InvalidInput with every problem."""
    given: dict[str, object] = {}
    problems: list[FieldProblem] = []
    for name in Wanted.model_fields.keys() & request.args.keys():
        try:
            given[name] = _READ[name](name)
        except InvalidInput as error:
            problems += error.fields
    if problems:
        raise query.invalid((problem.path, str(problem.message)) for problem in problems)
    return given


def _search(name: str) -> str:
    text = request.args[name]
    if len(text) > MOST_SEARCHED:
        sentence = "must have at most %(max)s characters, not %(length)s"  # of schemas/problems.py
        raise query.invalid([(name, gettext(sentence, max=MOST_SEARCHED, length=len(text)))])
    if len(text.split()) > MOST_WORDS:
        raise query.invalid([(name, gettext("must have at most %(max)s words", max=MOST_WORDS))])
    return text


_READ: dict[str, Callable[[str], object]] = {
    "q": _search,
    "sort": lambda name: query.signed(name, (*NUMBERS, *TEXTS)),
    "status": lambda name: query.among(name, KINDS),
    "mine": lambda name: query.one_of(name, "", query.FLAGS) == "1",
}


def _broken() -> InvalidInput:
    message = gettext("is not a cursor of this list; start again without it")
    return query.invalid([("cursor", message)])
