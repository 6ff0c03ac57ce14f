"""The reader's language: English or simplified Chinese.

``?lang=`` comes first, then the cookie ``lang`` (set by the page's button), then
``Accept-Language``. Sockets remember the language of their connection: take
``from_request()`` in ``connect`` and answer inside ``flask_babel.force_locale(language)``.

Translations are kept as text (``translations/*/LC_MESSAGES/messages.po``) and are read once, at
the first sentence in that language: nothing is compiled ahead, so nothing can be stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO

from babel.support import NullTranslations, Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, Domain, get_locale, gettext

from webapp.errors import FieldProblem
from webapp.schemas.problems import Fault

LOCALES: dict[str, str] = {"en": "en", "zh": "zh_Hans"}
"""From the language that a client requests to the folder in ``translations/``."""


TRANSLATIONS = Path(__file__).parent / "translations"


def init_app(app: Flask) -> None:
    """Answer each request of ``app`` in its reader's language."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=from_request).domain_instance = Sentences()
    app.after_request(_say_language)


class Sentences(Domain):  # type: ignore[misc]
    """Flask-Babel's source of translations, read directly from the .po files."""

    def get_translations(self) -> NullTranslations:
        """Return the translations of the current locale."""
        return read_translations(str(get_locale() or "en"))


@cache
def read_translations(locale: str) -> NullTranslations:
    """Return every sentence in ``locale``; English is what the program itself contains."""
    path = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def from_request() -> str:
    """Return the locale (``en`` or ``zh_Hans``) of the current request; ``en`` outside."""
    if not has_request_context():
        return "en"
    for asked in (request.args.get("lang"), request.cookies.get("lang")):
        if asked in LOCALES:
            return LOCALES[asked]
    return LOCALES[_accepted(request.accept_languages.values())]


def _accepted(tags: Iterable[str]) -> str:
    """Return the first supported language of ``Accept-Language``; any Chinese is Chinese."""
    for tag in tags:
        language = tag.replace("_", "-").split("-")[0].lower()
        if language in LOCALES:
            return language
    return "en"


def translated(faults: Iterable[Fault]) -> list[FieldProblem]:
    """Return problems with their sentences in the reader's language."""
    return [
        FieldProblem(fault.path, gettext(fault.msgid, **fault.values), fault.code)
        for fault in faults
    ]


def _say_language(response: Response) -> Response:
    """Set the headers that name the language and what it depends on.

    Files are the same in every language, so that caches need one copy for all readers.
    """
    if request.endpoint == "static" and response.status_code < 400:
        return response
    response.headers.setdefault("Content-Language", from_request().replace("_", "-"))
    response.vary.update(("Accept-Language", "Cookie"))
    return response


_STRING = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_CALL = re.compile(rf"\b(_|ngettext)\(\s*({_STRING})(?:,\s*({_STRING}))?")
_COMMENT_LINE = re.compile(r"^[ \t]*(?://|/?\*).*", re.MULTILINE)


def read_script(
    file: IO[bytes], keywords: object = None, comment_tags: object = None, options: object = None
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """Find the sentences of a script: line, function, message or its two forms, no comments.

    Babel calls it by its name in ``babel.cfg``. Babel's own reader of JavaScript loses sentences in
    templates that stand within templates.
    """
    text = _COMMENT_LINE.sub("", file.read().decode())
    for call in _CALL.finditer(text):
        name, *strings = call.groups()
        forms = tuple(_unquoted(one) for one in strings if one)
        line = text.count("\n", 0, call.start()) + 1
        yield line, name, forms if name == "ngettext" else forms[0], []


def _unquoted(literal: str) -> str:
    """Return the text of a JavaScript string; its escapes are JSON's, except the apostrophe."""
    inner = literal[1:-1].replace("\\'", "'")
    if literal.startswith("'"):
        inner = inner.replace('"', '\\"')
    return str(json.loads(f'"{inner}"'))
