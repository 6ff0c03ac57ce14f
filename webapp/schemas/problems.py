"""Problems of an input: where, and a sentence that can still be translated.

A sentence is kept as an English msgid with its values, since the language is known only where the
answer is written (``webapp.errors``).
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from webapp.schemas.marks import N_

MAX_FAULTS = 100
"""So many problems are listed; nobody reads more, and an answer stays small."""

MAX_SUGGESTIONS = 20
"""Words of one answer for which a near name is looked for: each takes a tenth of a millisecond."""

_left: ContextVar[int | None] = ContextVar("problems_left", default=None)
"""How many more problems the validation under way gathers; None: none is under way."""


@dataclass(frozen=True)
class Fault:
    """One problem: ``path`` such as ``layers[1].units``, ``msgid`` with ``%(name)s`` values.

    A warning has a ``code``; the problems of an error have one together.
    """

    path: str
    msgid: str
    values: dict[str, Any] = field(default_factory=dict)
    code: str = ""


def path_of(loc: Sequence[str | int]) -> str:
    """Return ``("layers", 1, "units")`` as ``layers[1].units``; at most 200 characters."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{_printable(part)}"
    return path.removeprefix(".")[:200]


@contextmanager
def gathering() -> Iterator[bool]:
    """Validate one part of an input, with its own parts, during the block.

    Gives False once ``MAX_FAULTS`` problems were found: of a later part it is enough to know
    whether it has any, for they are not listed.
    """
    before = _left.get()
    token = _left.set(MAX_FAULTS) if before is None else None
    try:
        yield before is None or before > 0
    finally:
        if token is not None:
            _left.reset(token)


def faults_of(error: ValidationError) -> list[Fault]:
    """Return the problems that pydantic found, at most ``MAX_FAULTS``, in the input's order."""
    lines = error.errors(include_url=False)[:MAX_FAULTS]
    suggestions = Suggestions()
    return [Fault(path_of(line["loc"]), *_sentence(line, suggestions)) for line in lines]


def unknown_keys(error: ValidationError, owner: str, names: Names) -> list[InitErrorDetails]:
    """Return the error's lines, with owner and known keys added to an unknown key."""
    lines, own = [], 0
    for line in error.errors(include_url=False):
        kind, context = line["type"], dict(line.get("ctx", {}))
        own += len(line["loc"]) == 1
        if kind == "extra_forbidden" and len(line["loc"]) == 1:
            context = {"owner": owner, "names": names}
            kind = "unknown_key"
        custom = PydanticCustomError(kind, "problem", context)
        lines.append(InitErrorDetails(type=custom, loc=line["loc"], input=line["input"]))
    _left.set((_left.get() or 0) - own)
    return lines


class Names(tuple[str, ...]):
    """A set of known names that is cheap to print.

    pydantic converts the context of an error to text each time its lines are read: that of all
    these names would take longer than everything else.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return ""


class Suggestions:
    """Suggests similar names, only for the first words of an answer."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Names], str] = {}

    def near(self, word: str, names: Names) -> str:
        """Return the name most like ``word``, or an empty text."""
        asked = word[:40].lower(), names
        if asked not in self._found and len(self._found) < MAX_SUGGESTIONS:
            known = {name.lower(): name for name in names}
            near = difflib.get_close_matches(asked[0], list(known), n=1)
            self._found[asked] = known[near[0]] if near else ""
        return self._found.get(asked, "")


def short(value: Any) -> str:
    """Return ``value`` as JSON, shortened, to quote it in a sentence."""
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list | tuple):
        return "[…]" if value else "[]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return f"{'-' if value < 0 else ''}10^{int(math.log10(abs(value)))}…"
    text = json.dumps(_printable(value) if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:38] + "…" + text[0]


def _printable(text: str) -> str:
    """Return the text's first 80 characters, with ``�`` for what no answer can carry."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:80])


def _sentence(line: Any, suggestions: Suggestions) -> tuple[str, dict[str, Any]]:
    """Return the msgid and values for one line of a ValidationError."""
    context = dict(line.get("ctx", {}))
    if line["type"] in ("unknown_key", "unknown_name"):
        word = line["loc"][-1] if line["type"] == "unknown_key" else line["input"]
        context["near"] = suggestions.near(str(word), context["names"])
    context["value"] = short(line["input"])
    say = _SENTENCES.get(line["type"], N_("is not valid"))
    msgid = say if isinstance(say, str) else say(context)
    return msgid, context


def _out_of_range(context: dict[str, Any]) -> str:
    low, high = context["min"], context["max"]
    context["min"], context["max"] = _number(low), _number(high)
    if high is None:
        if context["above"]:
            return N_("must be greater than %(min)s, not %(value)s")
        return N_("must be at least %(min)s, not %(value)s")
    if context["above"] and context["below"]:
        return N_("must lie between %(min)s and %(max)s, both excluded, not %(value)s")
    if context["above"]:
        return N_("must be greater than %(min)s and at most %(max)s, not %(value)s")
    if context["below"]:
        return N_("must be at least %(min)s and less than %(max)s, not %(value)s")
    return N_("must be between %(min)s and %(max)s, not %(value)s")


def _number(bound: float | None) -> str:
    """Return a bound for people: 1, 0.5, 60000."""
    if bound is None:
        return ""
    return str(int(bound)) if float(bound).is_integer() and abs(bound) < 1e15 else repr(bound)


def _unknown_name(context: dict[str, Any]) -> str:
    if context["near"]:
        return N_("%(value)s is not known; did you mean %(near)s?")
    context["names"] = ", ".join(context["names"])
    return N_("%(value)s is not known; choose one of %(names)s")


def _unknown_key(context: dict[str, Any]) -> str:
    if not context["owner"]:
        near = context["near"]
        return N_("is not known; did you mean %(near)s?") if near else N_("is not known")
    if context["near"]:
        return N_("is not an argument of %(owner)s; did you mean %(near)s?")
    return N_("is not an argument of %(owner)s")


_SENTENCES: dict[str, str | Callable[[dict[str, Any]], str]] = {
    "missing": N_("is missing"),
    "unknown_key": _unknown_key,
    "extra_forbidden": N_("is not known"),
    "too_many_keys": N_("must not have more than %(max)s keys"),
    "not_object": N_("must be an object, not %(value)s"),
    "model_type": N_("must be an object, not %(value)s"),
    "model_attributes_type": N_("must be an object, not %(value)s"),
    "dict_type": N_("must be an object, not %(value)s"),
    "not_name_or_object": N_("must be a name or an object, not %(value)s"),
    "not_list": N_("must be a list, not %(value)s"),
    "list_type": N_("must be a list, not %(value)s"),
    "list_length": N_("must have between %(min)s and %(max)s entries, not %(length)s"),
    "not_whole": N_("must be a whole number, not %(value)s"),
    "int_type": N_("must be a whole number, not %(value)s"),
    "not_number": N_("must be a number, not %(value)s"),
    "float_type": N_("must be a number, not %(value)s"),
    "not_finite": N_("must be a finite number, not %(value)s"),
    "finite_number": N_("must be a finite number, not %(value)s"),
    "out_of_range": _out_of_range,
    "too_large": N_("is too large a number: %(value)s"),
    "not_pair": N_("must be a whole number or a list of two whole numbers, not %(value)s"),
    "bool_type": N_("must be true or false, not %(value)s"),
    "not_text": N_("must be text, not %(value)s"),
    "string_type": N_("must be text, not %(value)s"),
    "text_empty": N_("must not be empty"),
    "text_length": N_("must have at most %(max)s characters, not %(length)s"),
    "text_control": N_("must not contain control characters"),
    "text_invisible": N_("must contain a character that can be seen"),
    "not_name": N_("must be a name, not %(value)s"),
    "unknown_name": _unknown_name,
    "same_metrics": N_('must be ["accuracy"]: other metrics are not offered'),
}
