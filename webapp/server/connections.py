"""gevent's WSGI server with limits on connections, waiting times and the size of a request's head.

The stock server waits for ever and accepts up to 6.5 MB of headers.

Each connection has a budget of seconds to block on network I/O; bytes transferred refill it. So an
upload over a slow line may take hours, while a client that sends a byte a minute, or does not read
its answer, is disconnected soon. Time that the server itself needs (a slow disk, a long poll) does
not count.

Only ``webapp.server.serving`` imports this module, after ``wsgi.py`` has patched for gevent. It
relies on internals of gevent.pywsgi, whose version is pinned; tests/server/test_connections.py
covers all of it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import logging
import socket
import struct
import termios
import time
from collections import Counter
from typing import Any

from gevent.pywsgi import WSGIHandler, WSGIServer, headers_factory

from webapp.background import give_turn
from webapp.security import refusals
from webapp.security.rates import client_at
from webapp.server import framing
from webapp.server.framing import Body, HeadTooLarge
from webapp.settings import is_loopback

PATIENCE_SECONDS = 20.0
"""The budget of blocking I/O: for the next request, its rest, or for the client to read."""

SLOWEST = 1000.0
"""Bytes that refill one second of the budget."""

HEAD_BYTES = 64 * 1024
"""Request line and headers; browsers send a few KB at most."""

LINGER_SECONDS = 2.0
"""How long input after a refused request is discarded, so that the client reads the answer."""

TURN_BYTES = 256 * 1024
"""Bytes transferred at once to or from a fast client; then other clients are served."""

LONGEST_REST = 0.25
"""The longest delay of a request that was sent before the last one was answered, in seconds."""

EACH = 2000
"""Connections of one address: a school behind one, seven for each of its browsers."""

RESERVED_FILES = 128
"""Open files for what is not a client: database, logs, checkpoints, workers' pipes."""

TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 20\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class TooSlow(ConnectionResetError):
    """Raised when a connection has used up its budget of blocking I/O, as if the client had closed
    it.
    """

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the client is too slow")


class SocketFile(socket.SocketIO):
    """A connection's socket as a file, with its I/O budget and a limit for the head."""

    def __init__(self, sock: Any) -> None:
        super().__init__(sock, "rb")
        sock._io_refs += 1  # as its makefile does: the socket stays open until this is closed
        self._socket = sock
        self._turn = 0
        self.reads = 0
        self.expect()

    def expect(self, *, seconds: float | None = None, room: int | None = None) -> None:
        """Refill the budget and limit the next input to ``room`` bytes."""
        self._left = PATIENCE_SECONDS if seconds is None else seconds
        self._room = room

    def readinto(self, buffer: Any) -> int | None:
        """Read available bytes. Raises TooSlow, and HeadTooLarge beyond the limit of a head."""
        if self._room is not None and self._room <= 0:
            raise HeadTooLarge
        began = self._begin()
        self.reads += 1
        try:
            count = super().readinto(buffer)
        except TimeoutError:
            count = self._read_pending(buffer)
        self._took(began, count or 0)
        if self._room is not None:
            self._room -= count or 0
        return count

    def _read_pending(self, buffer: Any) -> int:
        """Read what arrived while the server was busy. Raises TooSlow if nothing did."""
        self._timeout_occurred = False  # else this file refuses further reads
        self._socket.settimeout(0)
        try:
            return int(self._socket.recv_into(buffer))
        except BlockingIOError:
            raise TooSlow from None

    def send_all(self, data: Any) -> None:
        """Send all of ``data``. Raises TooSlow."""
        left = memoryview(data)
        while left:
            began = self._begin()
            try:
                sent = self._socket.send(left)
            except TimeoutError:
                raise TooSlow from None
            self._took(began, sent)
            left = left[sent:]

    def _begin(self) -> float:
        if self._left <= 0:
            raise TooSlow
        self._socket.settimeout(self._left)
        return time.monotonic()

    def _took(self, began: float, count: int) -> None:
        """Charge the blocking time to the budget, refill it by the bytes, and let others run."""
        earned = self._left - (time.monotonic() - began) + count / SLOWEST
        self._left = min(PATIENCE_SECONDS, earned)
        self._turn += count
        if self._turn >= TURN_BYTES:
            self._turn = 0
            give_turn()

    def has_unread(self) -> bool:
        """Return whether the socket has unread input."""
        count = fcntl.ioctl(self._socket.fileno(), termios.FIONREAD, struct.pack("i", 0))
        return struct.unpack("i", count) != (0,)


class Handler(WSGIHandler):  # type: ignore[misc]
    """One connection: it serves the requests one after the other."""

    def __init__(self, sock: Any, address: Any, server: Any) -> None:
        self.wire = SocketFile(sock)
        self._took: float | None = None
        """Seconds that the last request took; None before the first."""
        self._next_came = False
        """Whether the next request came before the answer to the last."""
        super().__init__(sock, address, server, io.BufferedReader(self.wire))

    def handle(self) -> None:
        """Serve requests until the client disconnects, which is not an error."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def read_requestline(self) -> str:
        """Read the next request's first line; its budget starts with its first byte."""
        self.wire.expect(room=HEAD_BYTES)
        reads = self.wire.reads
        if self.rfile.peek(1):
            self._yield_to_others(was_sent_before=self._next_came or self.wire.reads == reads)
            self.wire.expect(room=HEAD_BYTES)
        line: str = super().read_requestline()
        return line

    def _yield_to_others(self, *, was_sent_before: bool) -> None:
        """Let other clients run before the connection's next request.

        A pipelined request, sent before the last one was answered, is delayed by as long as that
        answer took: a client that sends hundreds at once gets at most half of the server's time. No
        browser pipelines.
        """
        if self._took is not None:
            give_turn(min(self._took, LONGEST_REST) if was_sent_before else 0)

    def read_request(self, raw_requestline: str) -> bool:
        """Read the head. Raises ValueError if it is invalid."""
        framing.check_request_line(raw_requestline)
        return bool(super().read_request(raw_requestline))

    def MessageClass(self, *_arguments: object) -> Any:  # noqa: N802
        """Parse the header fields, with gevent's own parser after strict checks."""
        return headers_factory(io.BytesIO(framing.read_head(self.rfile, self.request_version)))

    def get_environ(self) -> dict[str, Any]:
        """Return the environ; the body follows from here on."""
        self.wire.expect()
        environ: dict[str, Any] = super().get_environ()
        self.wsgi_input: Body = Body(environ["wsgi.input"])
        environ["wsgi.input"] = self.wsgi_input
        return environ

    def _connection_upgrade_requested(self) -> bool:
        """Return False: else the application could read the whole connection as the body."""
        return False

    def handle_one_response(self) -> None:
        """Answer one request.

        The rest of its body, or of a WebSocket, which has no HTTP response, must not be parsed as
        the next request.
        """
        began = time.monotonic()
        super().handle_one_response()
        self._took = time.monotonic() - began
        if self.wsgi_input.unread or self.status is None:
            self.close_connection = True

    def run_application(self) -> None:
        """Run the application, then discard what is left of the body."""
        super().run_application()
        unread = self.wsgi_input.unread
        if unread and (self.close_connection or unread > framing.DISCARD_BYTES):
            self.wsgi_input.give_up()
            self._linger()

    def finalize_headers(self) -> None:
        """Complete the response headers, which are about to be sent."""
        super().finalize_headers()
        self._next_came = not self.wsgi_input.unread and self.wire.has_unread()

    def _linger(self) -> None:
        """Discard input for a while: closing at once would lose the answer to a sending client."""
        end = time.monotonic() + LINGER_SECONDS
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            while (left := end - time.monotonic()) > 0:
                self.wire.expect(seconds=left)
                if not self.rfile.read1(TURN_BYTES):
                    return

    def _sendall(self, data: Any) -> None:
        self.wire.send_all(data)
        self.response_length += len(data)

    def _handle_client_error(self, error: Exception) -> tuple[str, bytes]:
        """Answer an invalid request, and log it like other refusals, without a traceback."""
        known = {"REMOTE_ADDR": self.client_address[0]}
        if isinstance(error, OSError):
            refusals.note("slow_request", known)
            return "408", TIMED_OUT
        refusals.note("bad_request", known)
        if isinstance(error, HeadTooLarge):
            return "431", HEAD_TOO_LARGE
        answer: tuple[str, bytes] = super()._handle_client_error(error)
        return answer

    def log_error(self, _message: str, *_arguments: object) -> None:
        """Log nothing: the message would contain unlimited client input."""


class ConnectionLimit:
    """A limit on connections: in total, and for each client."""

    def __init__(self, total: int, each: int | None, *, spare_loopback: bool = True) -> None:
        self._total, self._each, self._spare_loopback = total, each, spare_loopback
        self._taken: Counter[str] = Counter()

    def enter(self, client: str) -> bool:
        """Count one more connection of ``client``; return False if the limit is reached."""
        each = None if self._is_free(client) else self._each
        if self._taken.total() >= self._total or self._taken[client] >= (each or self._total):
            return False
        self._taken[client] += 1
        return True

    def _is_free(self, client: str) -> bool:
        return self._spare_loopback and is_loopback(client)

    def leave(self, client: str) -> None:
        """Count one connection of ``client`` less."""
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]


class Server(WSGIServer):  # type: ignore[misc]
    """gevent's server on a listening socket: errors are logged, requests are not."""

    def __init__(self, listener: Any, app: Any, room: ConnectionLimit) -> None:
        self.room = room
        errors = logging.getLogger("gevent.pywsgi")
        super().__init__(listener, app, log=None, error_log=errors, handler_class=Handler)

    def handle(self, sock: Any, address: Any) -> None:
        """Serve a connection, unless the limit is reached."""
        client = client_at(address[0])
        if not self.room.enter(client):
            refusals.note("too_many_connections", {"REMOTE_ADDR": client})
            with contextlib.suppress(OSError):
                sock.settimeout(0)
                sock.send(FULL)
            sock.close()
            return
        try:
            super().handle(sock, address)
        finally:
            self.room.leave(client)
