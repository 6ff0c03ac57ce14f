"""Compresses responses for clients that accept it: pages, scripts, styles and JSON.

Flask-Compress does it, after the view; Socket.IO, outside of Flask, compresses its own.
"""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask_compress import Compress

ENCODINGS = ["br", "gzip"]
"""Best first; every browser takes both."""


def init_app(app: Flask) -> None:
    """Compress responses of ``app`` that are text and not tiny."""
    app.config.update(
        COMPRESS_ALGORITHM=ENCODINGS,
        COMPRESS_STREAMS=False,
        COMPRESS_CACHE_KEY=kept_as,
        COMPRESS_CACHE_BACKEND=Kept,
    )
    Compress(app)
    app.after_request(read_whole)  # what is registered later runs earlier


def read_whole(response: Response) -> Response:
    """Read a static file at once: as a stream, Flask-Compress would not close it."""
    if request.endpoint == "static" and response.status_code == 200:
        response.direct_passthrough = False
        response.make_sequence()
    return response


def kept_as(asked: Request) -> str:
    """Return the name of the static file that is requested as a whole; else empty."""
    whole = asked.endpoint == "static" and asked.method == "GET" and "Range" not in asked.headers
    return str((asked.view_args or {}).get("filename", "")) if whole else ""


class Kept:
    """A cache of compressed static files, which do not change while the program runs.

    Flask-Compress calls it; a key is ``encoding;name``.
    """

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return the compressed body, if it is cached."""
        return self._bodies.get(key)

    def set(self, key: str, body: bytes) -> None:
        """Cache the body of a static file."""
        if not key.endswith(";"):
            self._bodies[key] = body
