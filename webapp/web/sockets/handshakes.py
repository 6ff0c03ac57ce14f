"""Counts new sockets like requests, though Flask never sees their handshakes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Request

from webapp import http_errors
from webapp.errors import TooManyRequests
from webapp.security import limits, refusals
from webapp.web.sockets.sessions import SOCKETS, session_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Handshakes:
    """A WSGI layer that counts new sockets against the rate limit."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inner = app, app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        """Count a handshake, or a request of a session that is over; forward the rest."""
        if environ["PATH_INFO"].startswith(SOCKETS) and not self._has_session(environ):
            try:
                with self.app.app_context():
                    limits.spend(Request(environ))
            except TooManyRequests as error:
                refusals.note(error.code, environ)
                return http_errors.answer_unread(self.app, error, environ)(environ, start)
        return self.inner(environ, start)

    def _has_session(self, environ: WSGIEnvironment) -> bool:
        server = self.app.extensions["socketio"].server.eio
        return session_of(server, environ) is not None
