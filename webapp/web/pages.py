"""The HTML pages: the Studio, the list of runs, the lessons, the digits, the glossary.

The pages contain no data of runs: that comes by the API. Each contains the translations of its
JavaScript in a data block, because the content security policy allows no inline script.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_translations, gettext
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from webapp import http_errors, language
from webapp.errors import TooManyRequests
from webapp.glossary.answer import sections
from webapp.glossary.term import COURSE
from webapp.glossary.terms import TERMS
from webapp.runs import permission
from webapp.schemas.columns import GROUPS, Column
from webapp.security import gate
from webapp.web import assets

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def studio() -> str:
    """Show the Studio; `?run=<id>` opens that run (the page's script reads it)."""
    return render_template("studio.html")


@blueprint.get("/runs")
def runs() -> str:
    """Show the list of all runs."""
    return render_template("runs.html", column_groups=_column_groups())


def _column_groups() -> list[tuple[str, list[dict[str, str]]]]:
    """Return the columns that the list can show, under their headings, in the reader's language."""
    groups = [(gettext(title), [_column(one) for one in columns]) for title, columns in GROUPS]
    curve = {"name": "curve", "kind": "curve", "title": gettext("Curve")}
    groups[0][1].insert(1, curve)  # a picture, by which nothing is sorted
    return groups


def _column(column: Column) -> dict[str, str]:
    title = " · ".join(map(gettext, column.titles))
    return {"name": column.name, "kind": column.kind, "title": title}


@blueprint.get("/lessons")
@blueprint.get("/lessons/<int(min=1, max=12):number>")
def lessons(number: int | None = None) -> str:
    """Show the lecture's experiments; with a number that lesson (the page's script reads it)."""
    return render_template("lessons.html")


@blueprint.get("/data")
def data() -> str:
    """Show the digits."""
    return render_template("data.html")


@blueprint.get("/glossary")
def glossary() -> str:
    """Show the field's terms; `#<name>` is the anchor of each."""
    return render_template("glossary.html", sections=list(sections()), course=COURSE)


@blueprint.app_template_global()
def term(name: str, text: str = "") -> Markup:
    """Return a link to a term; `text` is what stands there, by default the term's title.

    With scripts a click shows its sentence first (`terms.js`).
    """
    found = TERMS[name]
    address = url_for("pages.glossary", _anchor=name)
    link = Markup('<a class="term" href="{}" data-says="{}">{}</a>')
    return link.format(address, gettext(found.says), text or gettext(found.title))


@blueprint.get("/runs/<run_id>")
def run(run_id: str) -> Response:
    """Redirect a run's short address to the Studio."""
    return redirect(url_for("pages.studio", run=run_id))


@blueprint.app_errorhandler(NotFound)
def no_such_page(error: NotFound) -> ResponseReturnValue:
    """Show a page to people who followed a wrong address; programs get the JSON error."""
    if not gate.asks_for_page(request):
        return http_errors.answer(http_errors.of_http(error))
    return render_template("errors/not_found.html"), 404


@blueprint.app_errorhandler(TooManyRequests)
def too_many(error: TooManyRequests) -> ResponseReturnValue:
    """Show a page that reloads itself when the reader may go on; programs get the JSON error."""
    if error.seconds is None or not gate.asks_for_page(request):
        return http_errors.answer(error)
    headers = http_errors.headers_of(error)
    page = render_template("errors/busy.html", seconds=headers["Retry-After"])
    return page, http_errors.status_of(error), headers


@blueprint.app_context_processor
def page_data() -> dict[str, Any]:
    """Return what base.html needs: language, workers, permissions, translations of scripts."""
    settings = current_app.config.get("SETTINGS")
    return {
        "page_language": page_language(),
        "translations": script_translations(),
        "modules": assets.modules,
        "workers": settings.workers if settings else None,
        "shared": bool(settings and settings.shared),
        "admin": permission.is_admin(),
        "changes": permission.changes(),
    }


def page_language() -> str:
    """Return the reader's language as HTML writes it: "en", "zh-Hans"."""
    return str(get_locale() or "en").replace("_", "-")


def script_translations() -> dict[str, str | list[str]]:
    """Return translations of the scripts' sentences; a string, or a list of plural forms."""
    catalog = getattr(get_translations(), "_catalog", {})
    if not catalog:  # English: reading all scripts would take most of a second
        return {}
    found: dict[str, str | list[str]] = {}
    for msgid, plural in script_messages():
        forms = [catalog[msgid, n] for n in range(6) if (msgid, n) in catalog]
        if plural and any(form != msgid for form in forms):
            found[msgid] = forms
        elif isinstance(catalog.get(msgid), str):
            found[msgid] = catalog[msgid]
    return found


@cache
def script_messages() -> tuple[tuple[str, bool], ...]:
    """Return the sentences in static/js, each with whether it has a plural form."""
    return tuple(sorted(set(_extract())))


def _extract() -> Iterator[tuple[str, bool]]:
    for path in sorted((assets.FOLDER / "js").rglob("*.js")):
        with path.open("rb") as file:
            for _line, _name, message, _comments in language.read_script(file):
                yield (message, False) if isinstance(message, str) else (message[0], True)
