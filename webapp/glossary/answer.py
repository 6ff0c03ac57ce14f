"""Terms in the reader's language: for the page, and as other answers name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext

from webapp.glossary.term import Term
from webapp.glossary.terms import SUBJECTS, TERMS


def sections() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the sections of the page: title and entries."""
    for title, terms in SUBJECTS:
        yield gettext(title), [_entry(term) for term in terms]


def _entry(term: Term) -> dict[str, Any]:
    """Return what the page shows of a term; ``english`` where the title is another."""
    title = gettext(term.title)
    return {
        **term_json(term.name),
        "english": term.title if title != term.title else "",
        "shows": gettext(term.shows),
        "lessons": term.lessons,
        "lecture": term.lecture,
        "keras": term.keras_page,
    }


def term_json(name: str) -> dict[str, str]:
    """Return the term with its sentence (``schemas.answers.glossary.Term``)."""
    term = TERMS[name]
    return {"name": name, "title": gettext(term.title), "says": gettext(term.says)}


def terms_of_lesson(number: int) -> list[dict[str, str]]:
    """Return the terms that this lesson shows at work."""
    return [term_json(name) for name, term in TERMS.items() if number in term.lessons]
