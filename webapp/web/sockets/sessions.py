"""Clients of Engine.IO with limits, replacing the library's own, whose defects are these.

- Closing a client waits until all that was queued for it is read: for a vanished one, for ever.
- A closed client stays listed for up to 40 s, and its next request raises KeyError.
- A vanished client is noticed after 45 to 85 s, also one that left while it waited in a poll. Here
  a poll is answered within ``POLL_SECONDS``, and a client that does not poll again within
  ``SILENT_SECONDS`` has vanished.
- Each client has a greenlet that sleeps until its next ping, even after it has disconnected.
- The number of clients is unlimited. A WebSocket uses one of the connections, which are limited
  (``connections.Room``); a client of long polling uses none between its requests.

The library has no options for this, so its class of clients and its service task are replaced.
requirements.txt pins the version; tests/web/sockets/test_sessions.py covers the patches.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import engineio.socket
from engineio.exceptions import QueueEmpty
from engineio.packet import NOOP, PING, Packet
from flask import Flask
from flask_babel import lazy_gettext as _

from webapp import http_errors
from webapp.errors import ApiError, TooLarge, TooManyRequests
from webapp.security import refusals
from webapp.security.rates import client_at

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SOCKETS = "/socket.io"
LOOK_SECONDS = 1.0

POLL_SECONDS = 8.0
"""A poll without messages is answered after this time; the next poll shows that the client is still
there."""

SILENT_SECONDS = 10.0
"""A client of long polling has vanished after so long without a request; a normal one polls again
at once."""

EACH = 1000
"""The clients of long polling at one address: a class whose network allows no WebSocket."""

TOTAL = 2 * EACH

MANY_ENDED, COLLECT_SECONDS = 20, 5.0
"""Garbage is collected after so many clients have ended, because their parts refer to each other;
this often at most (docs/results.md, "Constants and their sources")."""

Library: Any = engineio.socket.Socket


class Session(Library):  # type: ignore[misc]
    """One client, from its handshake on."""

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.last_ping: float | None = self.last_ping
        self.address = ""
        self.requests = 0
        """The number of running requests."""
        self.idle_since = time.monotonic()
        self._polls_since: float | None = None
        self._upgrades_since: float | None = None
        self._next_ping = float("inf")
        self._web_socket: Any = None

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Disconnect the client, and remove it at once, without waiting for its queue."""
        self.server.ended += not self.closing
        super().close(wait=False, abort=abort, reason=reason)
        self.server.sockets.pop(self.sid, None)
        if self._web_socket is not None and not self.upgraded:
            self.server.start_background_task(self._web_socket.close)
            self._web_socket = None

    def schedule_ping(self) -> None:
        """Ping the client later, if it has answered the last one."""
        if self.last_ping:
            self.last_ping = None
            self._next_ping = time.monotonic() + self.server.ping_interval

    def poll(self) -> list[Any]:
        """What to send next; empty at the end. Over a WebSocket one packet: the library's writer
        would take all that wait, and what waits for the client could not be counted."""
        if not self.upgraded:
            return list(super().poll())
        try:
            packet = self.queue.get(timeout=self.server.ping_interval + self.server.ping_timeout)
        except self.server.get_queue_empty_exception():
            raise QueueEmpty from None
        self.queue.task_done()
        return [] if packet is None else [packet]

    def handle_get_request(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Handle a poll, or a WebSocket.

        A second one at the same time ends the client, as does a poll for the handshake of a
        WebSocket.
        """
        if asks_to_upgrade(environ):
            return super().handle_get_request(environ, start_response)
        if not self.connected or self._polls_since is not None:
            return self._refuse()
        self._polls_since = time.monotonic()
        try:
            return super().handle_get_request(environ, start_response)
        finally:
            self._polls_since = None

    def _upgrade_websocket(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        if self._upgrades_since is not None:
            return self._refuse()
        self._upgrades_since = time.monotonic()
        try:
            return super()._upgrade_websocket(environ, start_response)
        finally:
            self.upgrading, self._upgrades_since = False, None
            if self.upgraded or not self.connected:
                self.close(abort=True)

    def _websocket_handler(self, ws: Any) -> Any:
        self._web_socket = ws
        return super()._websocket_handler(ws)

    def _refuse(self) -> Any:
        self.close(abort=True)
        return self.server._bad_request()

    def end_request(self) -> None:
        """Count one request less: its response was sent, or cannot be."""
        self.requests -= 1
        self.idle_since = time.monotonic()

    def look(self, now: float) -> None:
        """Do what is due: disconnect the client, answer its poll, or ping it."""
        if self.closing:
            return
        if self._is_silent(now):
            return self.close(abort=True)
        if _is_over(self._polls_since, POLL_SECONDS, now):
            self.send(Packet(NOOP))
        if now >= self._next_ping:
            self._next_ping = float("inf")
            self.last_ping = time.time()
            self.send(Packet(PING))
        self.check_ping_timeout()

    def _is_silent(self, now: float) -> bool:
        if self.upgraded:
            return False
        asks_nothing = not self.requests and _is_over(self.idle_since, SILENT_SECONDS, now)
        return asks_nothing or _is_over(self._upgrades_since, SILENT_SECONDS, now)


def _is_over(since: float | None, seconds: float, now: float) -> bool:
    return since is not None and now - since > seconds


def asks_to_upgrade(environ: WSGIEnvironment) -> bool:
    """Return whether a request is one for a WebSocket, as the library decides it."""
    words = environ.get("HTTP_CONNECTION", "").lower().split(",")
    is_upgrade = "upgrade" in map(str.strip, words)
    return is_upgrade and environ.get("HTTP_UPGRADE", "").lower() == "websocket"


def patch_engineio() -> None:
    """Replace engineio's class of clients; call before ``SocketIO`` is created."""
    engineio.socket.Socket = Session


def guard(server: Any) -> None:
    """Watch the clients of an Engine.IO server; call it once."""
    connected = server.handlers["connect"]

    def on_connect(sid: str, environ: WSGIEnvironment) -> Any:
        server.sockets[sid].address = client_at(environ.get("REMOTE_ADDR", ""))
        return connected(sid, environ)

    server.on("connect", on_connect)
    server.ended = 0
    server._service_task = partial(watch_over, server)


def watch_over(server: Any) -> None:
    """Check all clients every second until the server ends."""
    server.service_task_event, collected = server.create_event(), time.monotonic()
    while not server.service_task_event.wait(timeout=LOOK_SECONDS):
        now = time.monotonic()
        _look_at_all(server, now)
        if server.ended >= MANY_ENDED and _is_over(collected, COLLECT_SECONDS, now):
            server.ended, collected = 0, now
            gc.collect()


def _look_at_all(server: Any, now: float) -> None:
    for client in list(server.sockets.values()):
        try:
            client.look(now)
        except Exception:
            server.logger.exception("Could not check a client")


class TooManySessions(TooManyRequests):
    """There are too many clients of long polling."""

    code = "too_many_sessions"
    text = _("Too many pages are connected; please wait a moment.")


class Sessions:
    """A WSGI layer before Engine.IO that limits the size of bodies and the number of clients."""

    def __init__(self, app: Flask) -> None:
        self._app, self._inner = app, app.wsgi_app
        self._server = app.extensions["socketio"].server.eio

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        """Answer one request."""
        if not environ["PATH_INFO"].startswith(SOCKETS):
            return self._inner(environ, start)
        client = session_of(self._server, environ)
        try:
            self._check_length(client, environ)
            if client is None and not asks_to_upgrade(environ):
                self._make_room(environ)
        except ApiError as error:
            refusals.note(error.code, environ)
            return http_errors.answer_unread(self._app, error, environ)(environ, start)
        return self._answer(client, environ, start)

    def _check_length(self, client: Session | None, environ: WSGIEnvironment) -> None:
        """Refuse a body longer than any message, and disconnect the client. Raises TooLarge."""
        announced = environ.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or int(announced) > self._server.max_http_buffer_size:
            if client is not None:
                client.close(abort=True)
            raise TooLarge

    def _make_room(self, environ: WSGIEnvironment) -> None:
        """Disconnect the longest silent client if a new one exceeds the limit.

        Raises TooManySessions when none is silent.
        """
        address = client_at(environ.get("REMOTE_ADDR", ""))
        known = list(self._server.sockets.values())
        polling = [one for one in known if not one.upgraded]
        own = [one for one in polling if one.address == address]
        for clients, most in ((own, EACH), (polling, TOTAL)):
            if len(clients) >= most:
                _end_one(clients)
                refusals.note("session_made_room", environ)

    def _answer(
        self, client: Session | None, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        """Return the response of the inner layer; the client is not silent until it is sent."""
        if client is None:
            return self._inner(environ, start)
        client.requests += 1
        try:
            return _Sent(self._inner(environ, start), client.end_request)
        except BaseException:
            client.end_request()
            raise


def _end_one(clients: Sequence[Session]) -> None:
    """Disconnect the client silent for longest. Raises TooManySessions when none is silent."""
    silent = [one for one in clients if not one.requests]
    if not silent:
        raise TooManySessions
    min(silent, key=lambda one: one.idle_since).close(abort=True)


class _Sent(list[bytes]):
    """A response that reports when it was sent, or given up; its length stays known."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[], None]) -> None:
        super().__init__(parts)
        self.close = done


def session_of(server: Any, environ: WSGIEnvironment) -> Session | None:
    """Return the client of a request; None for a handshake and for a session that is over."""
    names = parse_qs(environ.get("QUERY_STRING", "")).get("sid")
    client: Session | None = server.sockets.get(names[0]) if names else None
    return client
