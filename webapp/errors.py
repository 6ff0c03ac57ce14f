"""The one form of an error, for HTTP and sockets alike.

``{"error": {"code", "message", "fields": [{"path", "message"}]}}``: ``code`` and ``path`` are
stable, messages are in the reader's language. No traceback, no HTML and no path of the server is
ever included.
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
    """What is wrong with one value: ``path`` such as ``layers[1].units``, and a sentence.

    Only a warning has a ``code`` of its own.
    """

    path: str
    message: Any  # str, or a lazy string that becomes one in the reader's language
    code: str = ""


class ApiError(Exception):
    """The base of every error that is sent to a client."""

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
        """``message`` is a text or lazy string; the default is the class's own sentence."""
        self.code = code or self.code
        self.message = self.text if message is None else message
        self.fields = list(fields)
        self.headers = headers or {}
        super().__init__(self.code)

    @classmethod
    def until(cls, seconds: float) -> Self:
        """Return the error with the seconds until a retry, to the hundredth."""
        error = cls()
        error.seconds = math.ceil(seconds * 100) / 100
        return error

    def as_json(self) -> dict[str, Any]:
        """Return the error as JSON, for HTTP and for a socket's acknowledgement.

        With ``retry_after`` (seconds) if that is known.
        """
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
    """The request cannot be read."""


class NotJson(BadRequest):
    """The body is not JSON."""

    code = "not_json"
    text = lazy_gettext("The request's body is not valid JSON.")


class Unauthorized(ApiError):
    """A token is missing or wrong."""

    code = "unauthorized"
    text = lazy_gettext("A valid token is needed.")


class Forbidden(ApiError):
    """Not allowed."""

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
    """A content type that is not accepted here."""

    code = "wrong_content_type"
    text = lazy_gettext("The content type must be application/json.")


class HeaderTooLong(ApiError):
    """A header is longer than any honest one."""

    code = "header_too_long"
    text = lazy_gettext("A header of the request is too long.")


class InvalidInput(ApiError):
    """Readable, but with invalid values."""

    code = "invalid_input"
    text = lazy_gettext("The values cannot be used.")


class TooManyRequests(ApiError):
    """Too many requests."""

    code = "too_many_requests"
    text = lazy_gettext("Too many requests; please wait a moment.")


class Unavailable(ApiError):
    """Not available now, but soon."""

    code = "unavailable"
    text = lazy_gettext("The server is busy; please try again.")


class DatabaseBusy(Unavailable):
    """Another program holds the database."""

    code = "database_busy"
    text = lazy_gettext("Another program is using the database. Please try again in a moment.")


class DiskFull(ApiError):
    """There is no space for what should be stored. Nothing of it was."""

    code = "disk_full"
    text = lazy_gettext("The server's disk is full, so nothing was changed. Free some space first.")


class InternalError(ApiError):
    """An error of our own."""

    code = "internal_error"
    text = lazy_gettext("Something went wrong on the server.")


class MethodNotAllowed(ApiError):
    """This address does not support the method."""

    code = "method_not_allowed"
    text = lazy_gettext("This address does not support that method.")


def problems_message(count: int) -> str:
    """Return how many problems a configuration has, as a sentence; needs a request's language."""
    if count == 1:
        return str(gettext("1 problem in the configuration"))
    return str(gettext("%(count)s problems in the configuration", count=count))


def of_fault(error: Exception) -> ApiError:
    """Return the error for an unexpected exception; details are only logged."""
    known = _of_storage(error)
    if known is None:
        log.error("Unexpected error", exc_info=error)
        return InternalError()
    log.warning("%s: %s", known.code, error)
    return known


def is_disk_full(error: Exception) -> bool:
    """Return whether a full disk caused the error."""
    return isinstance(_of_storage(error), DiskFull)


def _of_storage(error: Exception) -> ApiError | None:
    """Return the error for a full disk or a locked database; None for all others."""
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DatabaseBusy()
        return DiskFull() if code == sqlite3.SQLITE_FULL else None
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return DiskFull() if full else None
