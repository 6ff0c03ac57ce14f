"""Smaller answers for those who can unpack them: pages, scripts, styles and JSON.

Flask-Compress does it, after the view; Socket.IO, outside of Flask, compresses its own.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

ENCODINGS = ["br", "gzip"]
"""Best first; every browser takes both."""


def init_app(app: Flask) -> None:
    """Compress what ``app`` answers where it is text and not tiny."""
    app.config.update(COMPRESS_ALGORITHM=ENCODINGS, COMPRESS_STREAMS=False)
    Compress(app)
    app.after_request(read_whole)  # what comes later here is done earlier


def read_whole(response: Response) -> Response:
    """Read a static file at once: compressed as a stream, Flask-Compress would not close it."""
    if request.endpoint == "static" and response.status_code == 200:
        response.direct_passthrough = False
        response.make_sequence()
    return response
