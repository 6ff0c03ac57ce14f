"""The one shape of an error, for HTTP and sockets alike.

``{"error": {"code", "message", "fields": [{"path", "message"}]}}``: ``code`` and ``path`` are
stable, messages are in the reader's language. No traceback, no HTML and no path of the server
ever leaves it.
"""

from __future__ import annotations

import errno
import logging
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask import Flask, Response, jsonify, render_template
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one value: ``path`` such as ``layers[1].units``, and a sentence."""

    path: str
    message: Any  # str, or a lazy string that becomes one in the reader's language


class ApiError(Exception):
    """The base of every error that a client is told."""

    status = 400
    code = "bad_request"
    text: Any = lazy_gettext("The request cannot be understood.")
    seconds: float | None = None

    def __init__(
        self,
        code: str | None = None,
        message: Any = None,
        fields: Sequence[FieldProblem] = (),
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        """``message`` is a text or lazy string; without it, the class's own sentence is told."""
        self.code = code or self.code
        self.message = self.text if message is None else message
        self.fields = list(fields)
        self.headers = headers or {}
        super().__init__(self.code)

    @classmethod
    def until(cls, seconds: float) -> Self:
        """The error that says when to go on: in so many seconds, to the hundredth."""
        error = cls(headers={"Retry-After": str(math.ceil(seconds))})
        error.seconds = math.ceil(seconds * 100) / 100
        return error

    def as_json(self) -> dict[str, Any]:
        """The error as it is answered, over HTTP and as a socket's acknowledgement, with
        ``retry_after`` (seconds) where that is known."""
        fields = [{"path": field.path, "message": str(field.message)} for field in self.fields]
        error: dict[str, Any] = {
            "code": self.code,
            "message": str(self.message),
            "fields": fields,
        }
        if self.seconds is not None:
            error["retry_after"] = self.seconds
        return {"error": error}


class BadRequest(ApiError):
    """400: what was sent cannot be read."""


class NotJson(BadRequest):
    """400: the body is not JSON."""

    code = "not_json"
    text = lazy_gettext("The request's body is not valid JSON.")


class Unauthorized(ApiError):
    """401: a token is missing or wrong."""

    status, code = 401, "unauthorized"
    text = lazy_gettext("A valid token is needed.")


class Forbidden(ApiError):
    """403: not from there."""

    status, code = 403, "forbidden"
    text = lazy_gettext("This is not allowed.")


class NotFound(ApiError):
    """404: there is no such thing."""

    status, code = 404, "not_found"
    text = lazy_gettext("There is nothing here.")


class Conflict(ApiError):
    """409: not in this state."""

    status, code = 409, "wrong_state"
    text = lazy_gettext("This is not possible now.")


class TooLarge(ApiError):
    """413: too many bytes."""

    status, code = 413, "too_large"
    text = lazy_gettext("The request is too large.")


class WrongType(ApiError):
    """415: a content type that is not taken here."""

    status, code = 415, "wrong_content_type"
    text = lazy_gettext("The content type must be application/json.")


class InvalidInput(ApiError):
    """422: readable, but with values that cannot be."""

    status, code = 422, "invalid_input"
    text = lazy_gettext("The values cannot be used.")


class TooManyRequests(ApiError):
    """429: too often."""

    status, code = 429, "too_many_requests"
    text = lazy_gettext("Too many requests; please wait a moment.")


class Unavailable(ApiError):
    """503: not now, but soon."""

    status, code = 503, "unavailable"
    text = lazy_gettext("The server is busy; please try again.")


class DatabaseBusy(Unavailable):
    """503: another program holds the database."""

    code = "database_busy"
    text = lazy_gettext("Another program is using the database. Please try again in a moment.")


class DiskFull(ApiError):
    """507: there is no room for what should be kept. Nothing of it was."""

    status, code = 507, "disk_full"
    text = lazy_gettext("The server's disk is full, so nothing was changed. Make room on it first.")


class InternalError(ApiError):
    """500: our own fault."""

    status, code = 500, "internal_error"
    text = lazy_gettext("Something went wrong on the server.")


class MethodNotAllowed(ApiError):
    """405: this address does not do that."""

    status, code = 405, "method_not_allowed"
    text = lazy_gettext("This address does not take that method.")


_BY_STATUS: dict[int, type[ApiError]] = {
    kind.status: kind
    for kind in (
        BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, Conflict, TooLarge,
        WrongType, InvalidInput, TooManyRequests, InternalError, Unavailable,
    )
}  # fmt: skip


def problems_message(count: int) -> str:
    """How many problems a configuration has, as a sentence; needs a request's language."""
    if count == 1:
        return str(gettext("1 problem in the configuration"))
    return str(gettext("%(count)s problems in the configuration", count=count))


def register(app: Flask) -> None:
    """Answer every error of ``app`` in the one shape."""
    app.register_error_handler(ApiError, answer)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def answer(error: ApiError) -> Response:
    """The HTTP answer for ``error``; needs a request's language."""
    response = jsonify(error.as_json())
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


@dataclass(frozen=True)
class Page:
    """An error as people read it: a template and its values."""

    template: str
    values: dict[str, Any]

    def answer(self, status: int) -> Response:
        """The HTTP answer; needs a request's language."""
        return Response(render_template(self.template, **self.values), status)


def answer_unread(
    app: Flask, error: ApiError, environ: dict[str, Any], page: Page | None = None
) -> Response:
    """The HTTP answer for ``error`` from a layer before ``app``, in the reader's language whatever
    name and path the request came by; its body, if any, was not read. ``page`` instead of JSON."""
    known = {**environ, "HTTP_HOST": "localhost", "PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    with app.request_context(known):
        response = page.answer(error.status) if page else answer(error)
    response.headers["Connection"] = "close"
    return response


def of_http(error: HTTPException) -> ApiError:
    """Werkzeug's error as ours: same status, our sentence."""
    status = error.code or 500
    kind = _BY_STATUS.get(status) or (BadRequest if status < 500 else InternalError)
    ours = (
        kind(headers={"Allow": dict(error.get_headers()).get("Allow", "")})
        if status == 405
        else kind()
    )
    ours.status = status
    return ours


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:  # redirects
        return error.get_response()  # type: ignore[return-value]
    return answer(of_http(error))


def _unexpected(error: Exception) -> Response:
    return answer(of_fault(error))


def of_fault(error: Exception) -> ApiError:
    """What a client is told of an error that nobody expected; the log gets the rest."""
    known = _of_storage(error)
    if known is None:
        log.error("Unexpected error", exc_info=error)
        return InternalError()
    log.warning("%s: %s", known.code, error)
    return known


def is_disk_full(error: Exception) -> bool:
    """Whether a full disk is behind the error."""
    return isinstance(_of_storage(error), DiskFull)


def _of_storage(error: Exception) -> ApiError | None:
    """The disk is full or the database is locked: no fault of the program's."""
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DatabaseBusy()
        return DiskFull() if code == sqlite3.SQLITE_FULL else None
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return DiskFull() if full else None
