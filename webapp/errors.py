"""What can go wrong, and the one shape in which a client is told, over HTTP and sockets alike.

``{"error": {"code", "message", "fields": [{"path", "message"}]}}``: ``code`` and ``path`` are
stable, messages are in the reader's language. No traceback, no HTML and no path of the server
ever leaves it. ``http_errors`` says which HTTP status each error has.
"""

from __future__ import annotations

import errno
import logging
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one value: ``path`` such as ``layers[1].units``, and a sentence."""

    path: str
    message: Any  # str, or a lazy string that becomes one in the reader's language


class ApiError(Exception):
    """The base of every error that a client is told."""

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
        """``message`` is a text or lazy string; without it, the class's own sentence is told.
        ``headers`` go with an answer over HTTP."""
        self.code = code or self.code
        self.message = self.text if message is None else message
        self.fields = list(fields)
        self.headers = headers or {}
        super().__init__(self.code)

    @classmethod
    def until(cls, seconds: float) -> Self:
        """The error that says when to go on: in so many seconds, to the hundredth."""
        error = cls()
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
    """What was sent cannot be read."""


class NotJson(BadRequest):
    """The body is not JSON."""

    code = "not_json"
    text = lazy_gettext("The request's body is not valid JSON.")


class Unauthorized(ApiError):
    """A token is missing or wrong."""

    code = "unauthorized"
    text = lazy_gettext("A valid token is needed.")


class Forbidden(ApiError):
    """Not from there."""

    code = "forbidden"
    text = lazy_gettext("This is not allowed.")


class NotFound(ApiError):
    """There is no such thing."""

    code = "not_found"
    text = lazy_gettext("There is nothing here.")


class Conflict(ApiError):
    """Not in this state."""

    code = "wrong_state"
    text = lazy_gettext("This is not possible now.")


class TooLarge(ApiError):
    """Too many bytes."""

    code = "too_large"
    text = lazy_gettext("The request is too large.")


class WrongType(ApiError):
    """A content type that is not taken here."""

    code = "wrong_content_type"
    text = lazy_gettext("The content type must be application/json.")


class HeaderTooLong(ApiError):
    """A header is longer than any honest one."""

    code = "header_too_long"
    text = lazy_gettext("A header of the request is too long.")


class InvalidInput(ApiError):
    """Readable, but with values that cannot be."""

    code = "invalid_input"
    text = lazy_gettext("The values cannot be used.")


class TooManyRequests(ApiError):
    """Too often."""

    code = "too_many_requests"
    text = lazy_gettext("Too many requests; please wait a moment.")


class Unavailable(ApiError):
    """Not now, but soon."""

    code = "unavailable"
    text = lazy_gettext("The server is busy; please try again.")


class DatabaseBusy(Unavailable):
    """Another program holds the database."""

    code = "database_busy"
    text = lazy_gettext("Another program is using the database. Please try again in a moment.")


class DiskFull(ApiError):
    """There is no room for what should be kept. Nothing of it was."""

    code = "disk_full"
    text = lazy_gettext("The server's disk is full, so nothing was changed. Make room on it first.")


class InternalError(ApiError):
    """Our own fault."""

    code = "internal_error"
    text = lazy_gettext("Something went wrong on the server.")


class MethodNotAllowed(ApiError):
    """This address does not do that."""

    code = "method_not_allowed"
    text = lazy_gettext("This address does not take that method.")


def problems_message(count: int) -> str:
    """How many problems a configuration has, as a sentence; needs a request's language."""
    if count == 1:
        return str(gettext("1 problem in the configuration"))
    return str(gettext("%(count)s problems in the configuration", count=count))


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
