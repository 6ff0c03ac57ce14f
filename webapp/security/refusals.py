"""A rate-limited log of refused requests.

A line holds no query, no header but ``Host`` and ``Origin`` of foreign ones, and no control
characters, so neither a secret nor a forged line gets into the log.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request

from webapp.security.rates import RateLimiter

LINES_A_MINUTE = 60
"""The lines per reason; there are about a dozen."""

MAX_SHOWN = 120
"""The most characters of client input in a line."""

ALWAYS = frozenset({401, 403, 413, 429})
"""Statuses that always mean a refusal."""

TRAVERSAL = ("..", "\\", "\0", "//")
"""Parts of paths that try to reach other files."""

WORKERS = "/api/workers/"
IMPORT = "models.import_model"

log = logging.getLogger(__name__)


TRACEBACKS_A_MINUTE = 3
"""The tracebacks per place in the code; its other records are lines without one."""

OURS = "webapp"
"""The root of our loggers' names. Their records below a warning are never left out."""


class Refusals:
    """Logs refusals, at most so many a minute for each reason, so that one flood hides no other.

    Refusals beyond that are counted, and their number is logged.
    """

    def __init__(self, lines: int = LINES_A_MINUTE) -> None:
        self._limiter = RateLimiter(lines)
        self._untold: Counter[str] = Counter()

    def note(self, reason: str, environ: Mapping[str, Any]) -> None:
        """Log that a request, or a connection, was refused."""
        if self._limiter.spend(reason):
            self._untold[reason] += 1
            return
        untold = self._untold.pop(reason, 0)
        more = f" (and {untold} before it)" if untold else ""
        log.info("refused %s: %s%s", reason, described(environ), more)


class RateLimitedFilter(logging.Filter):
    """Limits the rate of log records that clients may cause, for each place in the code.

    That is all records of libraries, and our own warnings. The next record says how many were left
    out. One object filters for all handlers: its decision is stored in the record.
    """

    def __init__(self, lines: int = LINES_A_MINUTE, tracebacks: int = TRACEBACKS_A_MINUTE) -> None:
        super().__init__()
        self._lines, self._tracebacks = RateLimiter(lines), RateLimiter(tracebacks)
        self._untold: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the record; it may lose its traceback."""
        decided: bool | None = vars(record).get("spared")
        if decided is None:
            decided = vars(record)["spared"] = self._decide(record)
        return decided

    def _decide(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] == OURS and record.levelno < logging.WARNING:
            return True
        place = f"{record.pathname}:{record.lineno}"
        if self._lines.spend(place):
            self._untold[place] += 1
            return False
        if record.exc_info and self._tracebacks.spend(place):
            record.exc_info = record.exc_text = None
        if untold := self._untold.pop(place, 0):
            record.msg = f"{record.msg} (and {untold} before it)"
        return True


_refusals = Refusals()
note = _refusals.note


def described(environ: Mapping[str, Any]) -> str:
    """Return a short description of a request that holds no secret."""
    words = [shown(f"{environ.get('REQUEST_METHOD', '')} {environ.get('PATH_INFO', '')}".strip())]
    words.append(f"from {environ.get('REMOTE_ADDR', '?')}")
    for name in ("HTTP_HOST", "HTTP_ORIGIN"):
        if environ.get(name):
            words.append(f"{name[5:].title()} {shown(environ[name])}")
    return " ".join(words)


def shown(text: object) -> str:
    """Return what a client sent, in ASCII without control characters, and short."""
    return ascii(str(text)[:MAX_SHOWN])


def init_app(app: Flask) -> None:
    """Log the refusals of ``app`` itself; what the gate refuses never reaches it."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    status = response.status_code
    if status in ALWAYS or (status == 503 and "Retry-After" in response.headers):
        note(str(status), request.environ)
    elif status == 409 and request.path.startswith(WORKERS):
        note("stale_attempt", request.environ)
    elif status == 409 and request.endpoint == IMPORT:
        note("import", request.environ)
    elif status in (404, 405) and any(sign in request.path for sign in TRAVERSAL):
        note("traversal", request.environ)
    return response
