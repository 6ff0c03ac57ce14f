"""WebSockets with bounds: cures for four defects of the stock stack.

- A message is measured while it is put together, not after: ``max_message_size``.
- A client that vanished without closing is noticed by pings: ``ping_interval``.
- Under gevent, a socket's ``send`` may take only a part, and two greenlets may send at once; then
  frames are torn. Here each frame goes out whole.
- A WebSocket that the server closes is closed on a copy of the socket only; gevent's server then
  waits on the other for a next request, for ever. Here the connection itself is ended.

python-engineio has no option for these, so its table of parts is changed before the server is
made. That table is internal: requirements.txt pins the version, tests/test_websocket.py proves
that the cures work.
"""

from __future__ import annotations

import contextlib
import importlib
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import simple_websocket  # type: ignore[import-untyped]
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

PING_SECONDS = 25
"""A client that does not answer a ping until the next one is dropped."""

RECEIVE_BYTES = 64 * 1024
"""Read at once; with the library's 4 KiB, an image of 4 MB keeps the server busy for a while."""


class _WholeFrames:
    """A socket whose ``send`` sends all, one frame after the other."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._lock = threading.Lock()

    def send(self, data: bytes) -> int:
        with self._lock:
            self._sock.sendall(data)
        return len(data)

    def hang_up(self) -> None:
        """End the connection, whoever else holds its socket; what was sent still arrives."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.hang_up()
        self._sock.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Channel(simple_websocket.Server):  # type: ignore[misc]
    """The server's end of one WebSocket."""

    sock: Any

    def handshake(self) -> None:
        self.sock = _WholeFrames(self.sock)
        super().handshake()


class BoundedWebSocket(SimpleWebSocketWSGI):  # type: ignore[misc]
    """What engineio makes for each WebSocket; as its parent, but with our channel."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.ws = _Channel(environ, **self.server_args)
        try:
            ended = self.app(self)
        finally:
            self.ws.sock.hang_up()
        if self.ws.mode == "werkzeug":
            raise ConnectionError  # the development server then writes no answer of its own
        if self.ws.mode == "gunicorn":
            raise StopIteration
        return ended


def cure(async_mode: str, max_message_size: int) -> None:
    """Let engineio make bounded WebSockets from now on; call before ``SocketIO`` is made."""
    driver = importlib.import_module(f"engineio.async_drivers.{async_mode}")
    arguments: dict[str, Any] = {
        "max_message_size": max_message_size,
        "ping_interval": PING_SECONDS,
        "receive_bytes": RECEIVE_BYTES,
    }
    if async_mode == "gevent":
        import gevent.event
        import gevent.selectors

        arguments["thread_class"] = driver.Thread
        arguments["event_class"] = gevent.event.Event
        arguments["selector_class"] = gevent.selectors.DefaultSelector
    driver._async["websocket"] = partial(BoundedWebSocket, **arguments)
