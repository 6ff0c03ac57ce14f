"""What was refused, in the log: enough to see who knocks, never so much that the disk fills.

A line holds no query, no header but ``Host`` and ``Origin`` of foreign ones, and no control
characters, so neither a secret nor a forged line comes into the log.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request

from webapp.security.rates import RateLimiter

LINES_A_MINUTE = 60
"""Of one reason; there are about a dozen."""

MAX_SHOWN = 120
"""Characters of what the client sent."""

ALWAYS = frozenset({401, 403, 413, 429})
"""Statuses that always tell of a refusal."""

TRAVERSAL = ("..", "\\", "\0", "//")
"""Found in paths of those who look for other files."""

WORKERS = "/api/workers/"
IMPORT = "models.import_model"

log = logging.getLogger(__name__)


TRACEBACKS_A_MINUTE = 3
"""Of one place in the code; its other records are lines without one."""

OURS = "webapp"
"""Our loggers' first name. What they say below a warning is never left out."""


class Refusals:
    """Writes a line for each, so many a minute and reason, so that a flood of one hides no other;
    then counts, and tells the count."""

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


class Sparing(logging.Filter):
    """Lets so many records a minute through of each place in the code that a client's input may
    reach: all of the libraries', and our own warnings. The next one tells how many were left out.

    One object filters for all handlers: what it decided of a record stays with the record.
    """

    def __init__(self, lines: int = LINES_A_MINUTE, tracebacks: int = TRACEBACKS_A_MINUTE) -> None:
        super().__init__()
        self._lines, self._tracebacks = RateLimiter(lines), RateLimiter(tracebacks)
        self._untold: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; it may lose its traceback."""
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
    """A request in a few words that hold no secret."""
    words = [shown(f"{environ.get('REQUEST_METHOD', '')} {environ.get('PATH_INFO', '')}".strip())]
    words.append(f"from {environ.get('REMOTE_ADDR', '?')}")
    for name in ("HTTP_HOST", "HTTP_ORIGIN"):
        if environ.get(name):
            words.append(f"{name[5:].title()} {shown(environ[name])}")
    return " ".join(words)


def shown(text: object) -> str:
    """What a client sent, in ASCII without control characters, and short."""
    return ascii(str(text)[:MAX_SHOWN])


def init_app(app: Flask) -> None:
    """Note what ``app`` itself refuses; what the gate refuses never comes to it."""
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
