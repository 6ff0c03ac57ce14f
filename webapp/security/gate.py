"""The gate: the outermost WSGI layer, in front of Flask and of ``/socket.io``.

It answers only to its own names (a foreign ``Host`` reaches a local server by DNS rebinding),
accepts changes only from its own pages or from programs (never from another site's page), asks for
a token where one is needed, and adds the security headers to every response.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Flask
from flask_babel import lazy_gettext as _
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import redirect
from werkzeug.wrappers import Request

from webapp import http_errors
from webapp.errors import ApiError, BadRequest, Forbidden, HeaderTooLong, Unauthorized, WrongType
from webapp.http_errors import Page
from webapp.security import access, refusals
from webapp.security.access import ACCESS, COOKIE, Access, Role
from webapp.security.root_path import Mounted
from webapp.settings import Settings, SettingsError, is_loopback

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS: tuple[tuple[str, str], ...] = (
    (
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types lit-html",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKETS = "/socket.io"
WORKERS = "/api/workers/"
"""Workers are programs with a token for each attempt; their routes check it themselves."""

UPLOADS = frozenset({"/api/models"})
"""Paths where a change may be multipart, as browsers send files."""

FORMS = frozenset({"/login", "/logout"})
"""Paths where a change may be an HTML form: these must work without scripts."""

OPEN = frozenset({"/healthz", *FORMS})
"""Paths that need no access token; so do static files, some of which the login page needs."""

ASK = {"WWW-Authenticate": "Bearer"}
_HOST = re.compile(
    r"(?:(?P<name>(?:[a-z0-9_-]+\.)*[a-z0-9_-]+)\.?|\[(?P<ipv6>[0-9a-f]*:[0-9a-f:.]+)\])(?::(?P<port>[0-9]{1,5}))?"
)
LONGEST_HOST = 260

HEADER_BYTES = 4096
LONG_HEADERS = {
    "HTTP_COOKIE": 16 * 1024,
    "HTTP_REFERER": 16 * 1024,
    "HTTP_AUTHORIZATION": 16 * 1024,
}
"""The limits of headers that are long in legitimate requests. Lists of 60 KB take a tenth of a
second each time that they are parsed, and caches of the libraries would keep them."""

FOREIGN_SITE = _("Changes are accepted only from this server's own pages.")


class ForeignHost(BadRequest):
    """The request names another server."""

    code = "foreign_host"
    text = _("This server does not accept that host name.")


def guard(app: Flask, settings: Settings) -> None:
    """Put the gate around ``app``; call it last, after ``/socket.io`` is registered."""
    ACCESS.provide(app, Access(access.tokens(settings), settings.data_dir))
    gate: WSGIApplication = Gate(app, app.wsgi_app, settings)
    count = settings.trusted_proxies
    check_root_path(app, settings.root_path)
    if count or settings.root_path:
        gate = Mounted(gate, settings.root_path)
    if count:  # one of the proxies sends a root path, once
        gate = ProxyFix(gate, x_for=count, x_proto=count, x_host=count, x_port=0, x_prefix=1)
    app.wsgi_app = gate  # type: ignore[method-assign,assignment]


def check_root_path(app: Flask, root: str | None) -> None:
    """Raise SettingsError for a root path that is one of the server's own paths."""
    first = (root or "").split("/")[:2]
    own = [rule.rule.split("/")[:2] for rule in app.url_map.iter_rules() if rule.rule != "/"]
    if root and first in [*own, SOCKETS.split("/")]:
        raise SettingsError(
            f"INKLING_ROOT_PATH must not begin with {'/'.join(first)}: that is an address of "
            "Inkling's own."
        )


class Gate:
    """A WSGI layer that refuses forbidden requests."""

    def __init__(self, app: Flask, inner: WSGIApplication, settings: Settings) -> None:
        self.app, self.inner, self.settings = app, inner, settings

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        """Answer one request."""
        start = _with_headers(start)
        if too_long := long_headers(environ):
            rest = {name: value for name, value in environ.items() if name not in too_long}
            return self._refuse(HeaderTooLong(), rest)(rest, start)
        _remove_forwarding(environ)
        request = Request(environ)
        try:
            self._check(request)
        except Unauthorized as error:
            if asks_for_page(request):
                return _to_login(request)(environ, start)
            return self._refuse(error, environ)(environ, start)
        except ForeignHost as error:
            page = _host_page(request) if asks_for_page(request) else None
            return self._refuse(error, environ, page)(environ, start)
        except ApiError as error:
            return self._refuse(error, environ)(environ, start)
        return self.inner(environ, start)

    def _check(self, request: Request) -> None:
        check_host(request.environ.get("HTTP_HOST", ""), self.settings)
        if request.path.startswith(WORKERS):
            return
        request.environ[access.ENVIRON] = self._role(request)
        if request.path.startswith(SOCKETS):
            check_origin(request)
        elif request.method not in SAFE_METHODS:
            check_origin(request)
            check_content_type(request)

    def _role(self, request: Request) -> Role | None:
        """Return the client's role. Raises Unauthorized, TooManyRequests."""
        known = ACCESS.get(self.app)
        is_open = self._is_open(request.path)
        role = role_of(request, known, by_token=not is_open)
        if role is None and known.asks_visitors and not is_open:
            raise Unauthorized(headers=ASK)
        return role

    def _is_open(self, path: str) -> bool:
        return path in OPEN or path.startswith(f"{self.app.static_url_path}/")

    def _refuse(
        self, error: ApiError, environ: WSGIEnvironment, page: Page | None = None
    ) -> WSGIApplication:
        refusals.note(error.code, environ)
        return http_errors.answer_unread(self.app, error, environ, page)


def long_headers(environ: WSGIEnvironment) -> set[str]:
    """Return the names of headers that are too long, before anything is parsed."""
    return {
        name
        for name, value in environ.items()
        if (name.startswith("HTTP_") or name == "CONTENT_TYPE")
        and len(value) > LONG_HEADERS.get(name, HEADER_BYTES)
    }


def check_host(host: str, settings: Settings) -> None:
    """Raise ForeignHost (400) for a ``Host`` that is not one of ours.

    A numeric address cannot be rebound, so it is accepted where others may reach the server.
    """
    name = _host_name(host)
    ours = {settings.host.strip("[]").lower(), *settings.allowed_hosts}
    if name and (name in ours or is_loopback(name)):
        return
    if name and not settings.loopback and _is_address(name):
        return
    raise ForeignHost


def role_of(request: Request, known: Access, *, by_token: bool) -> Role | None:
    """Return the client's role by ``Authorization: Bearer``, if ``by_token``, or by its session.

    Raises Unauthorized for a wrong token, TooManyRequests after too many of them.
    """
    given = request.authorization
    if by_token and known.offers_login and given is not None and given.type == "bearer":
        role = known.role_of(given.token or "", request.remote_addr or "")
        if role is None:
            raise Unauthorized(headers=ASK)
        return role
    return known.role_in(request.cookies.get(COOKIE, ""))


def asks_for_page(request: Request) -> bool:
    """Return whether a person reads the response: a browser's request outside the API."""
    if request.method not in SAFE_METHODS:
        return False
    return not request.path.startswith(("/api/", "/static/", SOCKETS)) and prefers_html(request)


def prefers_html(request: Request) -> bool:
    """Return whether the client prefers a page to JSON."""
    accepts = request.accept_mimetypes
    return accepts.best_match(["application/json", "text/html"]) == "text/html"


def _host_page(request: Request) -> Page:
    """Return a page that names the setting which allows the name.

    It stands alone: nothing else is served under that name, no style and no script.
    """
    name = _host_name(request.environ.get("HTTP_HOST", ""))
    return Page("errors/foreign_host.html", {"host": name})


def _to_login(request: Request) -> WSGIApplication:
    """Redirect to the login form, and from there to the requested page."""
    query = request.query_string.decode("latin-1")
    wanted = f"{request.path}?{query}" if query else request.path
    response = redirect(f"{request.script_root}/login?next={quote(wanted, safe='/')}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def check_origin(request: Request) -> None:
    """Raise Forbidden when another site's page sent the request.

    Browsers send ``Sec-Fetch-Site`` and ``Origin``, and no page can change them; programs send
    neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("foreign_origin", FOREIGN_SITE)
    origin = request.headers.get("Origin")
    if origin is not None and _origin(origin) != _origin(f"{request.scheme}://{request.host}"):
        raise Forbidden("foreign_origin", FOREIGN_SITE)


def check_content_type(request: Request) -> None:
    """Raise WrongType for a change that is not JSON: HTML forms cannot send JSON."""
    has_body = bool(request.content_length) or "HTTP_TRANSFER_ENCODING" in request.environ
    if not request.mimetype and not has_body:
        return
    if request.path in UPLOADS and request.mimetype == "multipart/form-data":
        return
    if request.path in FORMS and request.mimetype == "application/x-www-form-urlencoded":
        return
    if request.mimetype != "application/json":
        raise WrongType


def _host_name(host: str) -> str:
    """Return the name in a ``Host`` header without its port, or empty when it is invalid.

    Python's ``urlsplit`` takes ``[::1].evil`` for ``::1``, and more that no browser sends.
    """
    found = _HOST.fullmatch(host.lower()) if len(host) <= LONGEST_HOST else None
    if found is None or not 0 < int(found["port"] or 80) < 65536:
        return ""
    if found["ipv6"] is None:
        return found["name"]
    return found["ipv6"] if _is_address(found["ipv6"]) else ""


def _origin(origin: str) -> tuple[str, str, int | None] | None:
    """Return scheme, name and port; None for ``null`` and for an invalid origin."""
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _remove_forwarding(environ: WSGIEnvironment) -> None:
    """Remove forwarding headers: trusted ones were read already, and engineio trusts any."""
    for key in [key for key in environ if key.startswith("HTTP_X_FORWARDED")]:
        del environ[key]
    environ.pop("HTTP_FORWARDED", None)


def _with_headers(start: StartResponse) -> StartResponse:
    """Return ``start`` with the security headers added, unless the response has its own."""

    def started(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        known = {name.lower() for name, _value in headers}
        more = [(name, value) for name, value in HEADERS if name.lower() not in known]
        return start(status, headers + more, exc_info)

    result: Callable[..., Any] = started
    return result
