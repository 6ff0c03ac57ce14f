"""The login form of a server with a token, for visitors and the administrator; and the logout."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
)
from flask import url_for as url
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.errors import TooLarge, TooManyRequests
from webapp.http_errors import answer, headers_of, status_of
from webapp.security import refusals
from webapp.security.access import ACCESS, COOKIE, ENVIRON, SESSION_SECONDS, Access, Role
from webapp.security.gate import prefers_html
from webapp.security.root_path import cookie_path

blueprint = Blueprint("login", __name__)

MAX_PATH = 2000


@blueprint.get("/login")
def form() -> ResponseReturnValue:
    """Show the form; a reader who need not log in is redirected.

    A browser that comes with ``sent`` just got a session: if it has none, it refuses cookies.
    """
    if not ACCESS.get().offers_login or role() is not None:
        return redirect(_address(wanted()), HTTPStatus.SEE_OTHER)
    return _page(_no_cookie() if "sent" in request.args else "", HTTPStatus.OK)


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Check the token; redirect to the page that the reader wanted."""
    access = ACCESS.get()
    if not access.offers_login:
        return redirect(_address(wanted()), HTTPStatus.SEE_OTHER)
    token = request.form.get("token", "").strip()
    try:
        opened = access.role_of(token, request.remote_addr or "")
    except TooManyRequests as error:
        page = _page(gettext("Too many wrong tokens; please wait a minute."), status_of(error))
        page.headers.update(headers_of(error))
        return page
    if opened is not None:
        return _welcome(access, opened)
    if token:
        refusals.note("wrong_token", request.environ)
    return _page(_wrong(token, access.asks_visitors), HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.errorhandler(TooLarge)
def too_large(error: TooLarge) -> Response:
    """Show the form again: the input is far too long for a token, and was not read."""
    if not ACCESS.get().offers_login:
        return answer(error)
    page = _page(_wrong("x", ACCESS.get().asks_visitors), status_of(error))
    page.headers["Connection"] = "close"
    return page


def _wrong(token: str, visitors: bool) -> str:
    """Return what is wrong with a token that is not accepted."""
    if not token:
        sentence = gettext("The access token is needed.")
    elif visitors:
        sentence = gettext("This is not the access token of this server.")
    else:
        sentence = gettext("This is not the administrator's token of this server.")
    return str(sentence)


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """Delete the browser's session."""
    where = url("login.form" if ACCESS.get().asks_visitors else "pages.studio")
    response = redirect(where, HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, **_cookie())
    return response


@blueprint.app_context_processor
def page_data() -> dict[str, Any]:
    """Return whether base.html offers login or logout, and for whom the form is."""
    access = ACCESS.get()
    return {
        "signed_in": role() is not None,
        "login_offered": access.offers_login and role() is None,
        "login_needed": access.asks_visitors,
    }


def role() -> Role | None:
    """Return the role of the current request, as the gate found it."""
    found: Role | None = request.environ.get(ENVIRON)
    return found


def wanted() -> str:
    """Return the page that the reader wanted: a path below the root path, else the Studio."""
    path = request.args.get("next", "")
    return path if is_own_path(path) else "/"


def _address(path: str) -> str:
    """Return the address of a path of this server."""
    return f"{request.script_root}{path}"


def is_own_path(path: str) -> bool:
    """Return whether a browser takes ``path`` for one of this server's, however it reads it.

    Browsers take a backslash for a slash, leave out tabs and line ends, and go up at ``..``, which
    would leave the root path.
    """
    if not path.startswith("/") or len(path) > MAX_PATH or not path.isprintable():
        return False
    if path.startswith("//") or "\\" in path:
        return False
    return not {".", ".."} & set(unquote(urlsplit(path).path).split("/"))


def _welcome(access: Access, opened: Role) -> ResponseReturnValue:
    """Open a new session. Lax, not Strict: a link to a run in a chat should find its reader logged
    in.

    A cookie sent along with a link changes nothing: changes are checked by their origin. A browser
    is redirected by the form, which sees whether the cookie came back.
    """
    asks = prefers_html(request)
    where = url("login.form", next=wanted(), sent=1) if asks else _address(wanted())
    response = redirect(where, HTTPStatus.SEE_OTHER)
    response.set_cookie(COOKIE, access.open_session(opened), max_age=SESSION_SECONDS, **_cookie())
    return response


def _no_cookie() -> str:
    sentence: str = gettext(
        "The token is right, but your browser did not send back the cookie that keeps you "
        "logged in. Allow cookies for this address, then log in again."
    )
    return sentence


def _cookie() -> dict[str, Any]:
    return {
        "httponly": True,
        "samesite": "Lax",
        "secure": request.is_secure,
        "path": cookie_path(request),
    }


def _page(problem: str, status: int) -> Response:
    """Return the form, with the problem beside its field."""
    response = make_response(render_template("login.html", problem=problem, next=wanted()), status)
    response.headers["Cache-Control"] = "no-store"
    return response
