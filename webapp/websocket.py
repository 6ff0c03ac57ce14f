"""WebSockets with bounds, in place of the stock stack's, whose defects are these.

- A message is measured after it was put together: here while it grows (``max_message_size``).
- A client that vanished without closing stays: here it is pinged.
- Under gevent, a socket's ``send`` may take only a part, and two greenlets may send at once; then
  frames are torn. Here each frame goes out whole.
- A WebSocket that the server closes is closed on a copy of the socket only; gevent's server then
  waits on the other for a next request, for ever. Here the connection itself is ended.
- Each client takes a thread more, a second file descriptor and, with a browser, 300 KB to deflate
  messages that are too short for it. Here one greenlet reads, nothing is copied or deflated.

wsproto still reads the frames. python-engineio has no option for this, so its table of parts is
changed before the server is made. That table is internal: requirements.txt pins the version,
tests/test_websocket.py proves that the cures work.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason, Opcode
from wsproto.utilities import ProtocolError

PING_SECONDS = 12
"""A client that does not answer a ping until the next one is dropped: what waits for it is
given back within half a minute."""

RECEIVE_BYTES = 64 * 1024
"""Read at once; with less, an image of 4 MB keeps the server busy for a while."""

KEY_SALT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a server adds to a client's key to show that it understood (RFC 6455, 4.2.2)."""

Message = str | bytes


class BoundedWebSocket:
    """What engineio makes for each WebSocket: a WSGI application that calls ``handler(self)``.

    The handler's thread waits for messages; any thread may send or close.
    """

    def __init__(
        self, handler: Callable[[Any], Any], server: object, *, max_message_size: int, ping: float
    ) -> None:
        self._handler = handler
        self._max_size, self._ping_seconds = max_message_size, ping
        self._protocol = Connection(ConnectionType.SERVER)
        self._sending = threading.Lock()
        self._messages: deque[Message] = deque()
        self._parts: list[Any] = []
        self._size = 0
        self._answered = True
        self._ended = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self._wire = _wire_of(environ)
        self._next_ping = time.monotonic() + self._ping_seconds
        try:
            if not self._shake_hands(environ):
                return []
            answer = self._handler(self)
        finally:
            self._hang_up()
            self._parts.clear()  # engineio and this refer to each other, and so may stay a while
            self._messages.clear()
        if "werkzeug.socket" in environ:
            raise ConnectionError  # the development server then writes no answer of its own
        return answer

    def _shake_hands(self, environ: dict[str, Any]) -> bool:
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").encode()
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            self._write(b"HTTP/1.1 400 Bad Request\r\nSec-WebSocket-Version: 13\r\n\r\n")
            return False
        accepted = base64.b64encode(hashlib.sha1(key + KEY_SALT).digest())
        self._write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
        )
        return True

    def wait(self) -> Message | None:
        """The client's next message; None when there will be no more."""
        while not self._messages and not self._ended:
            self._read()
        return self._messages.popleft() if self._messages else None

    def send(self, message: Message) -> None:
        """Send a message as one frame. Raises OSError when the connection has ended."""
        if isinstance(message, str):
            self._write(frame(Opcode.TEXT, message.encode()))
        else:
            self._write(frame(Opcode.BINARY, message))

    def close(self) -> None:
        """Say goodbye and end the connection."""
        self._end(CloseReason.NORMAL_CLOSURE)

    def _read(self) -> None:
        """Read what has come, for as long as no ping is due."""
        left = self._next_ping - time.monotonic()
        if left <= 0:
            return self._ping()
        try:
            self._wire.settimeout(left)
            data = self._wire.recv(RECEIVE_BYTES)
        except TimeoutError:
            return
        except OSError:
            data = b""
        if not data:
            self._ended = True
            return
        try:
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                self._take(event)
        except ProtocolError:  # it said goodbye and goes on
            self._end(CloseReason.PROTOCOL_ERROR)
        except OSError:  # it is gone while it is answered
            self._ended = True

    def _take(self, event: Event) -> None:
        """Take one of the protocol's events: a part of a message, or a control frame."""
        if isinstance(event, TextMessage | BytesMessage):
            self._take_part(event)
        elif isinstance(event, Ping):
            self._write(self._protocol.send(event.response()))
        elif isinstance(event, Pong):
            self._answered = True
        elif isinstance(event, CloseConnection):
            self._write(self._protocol.send(event.response()))
            self._ended = True

    def _take_part(self, event: TextMessage | BytesMessage) -> None:
        self._parts.append(event.data)
        self._size += len(event.data)
        if self._size > self._max_size:
            self._end(CloseReason.MESSAGE_TOO_BIG, "Message is too big")
        elif event.message_finished:
            empty: Any = "" if isinstance(event, TextMessage) else b""
            self._messages.append(empty.join(self._parts))
            self._parts, self._size = [], 0

    def _ping(self) -> None:
        """Ping the client, or give it up when the last ping was not answered."""
        if not self._answered:
            return self._end(CloseReason.POLICY_VIOLATION, "Ping/Pong timeout")
        self._answered = False
        self._next_ping += self._ping_seconds
        if not self._sending.locked():  # else a client that takes nothing would never be dropped
            with contextlib.suppress(OSError):
                self._write(frame(Opcode.PING, b""))

    def _end(self, reason: CloseReason, text: str = "") -> None:
        """Say why, if the client still listens, and end the connection."""
        if not self._ended and not self._sending.locked():
            with contextlib.suppress(OSError):
                self._write(frame(Opcode.CLOSE, struct.pack("!H", reason) + text.encode()))
        self._hang_up()

    def _write(self, data: bytes) -> None:
        """Send all of it, after what others send. Raises OSError when the connection has ended."""
        with self._sending:
            sent = 0
            while sent < len(data):
                if self._ended:
                    raise ConnectionError("the WebSocket is closed")
                with contextlib.suppress(TimeoutError):  # that is the reader's: see _read
                    sent += self._wire.send(data[sent:] if sent else data)

    def _hang_up(self) -> None:
        """End the connection, whoever else holds its socket; what was sent still arrives."""
        self._ended = True
        with contextlib.suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)


def frame(opcode: Opcode, payload: bytes) -> bytes:
    """A whole message of a server, in one frame (RFC 6455, 5.2): not masked, not deflated."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x80 | opcode, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


def _wire_of(environ: dict[str, Any]) -> Any:
    """The connection's socket: of the development server, or of gevent's."""
    if "werkzeug.socket" in environ:
        return environ["werkzeug.socket"]
    stream = environ["wsgi.input"]  # gevent's own, or the file beneath it for an upgrade
    return getattr(stream, "rfile", stream).raw._sock


def cure(async_mode: str, max_message_size: int) -> None:
    """Let engineio make bounded WebSockets from now on; call before ``SocketIO`` is made."""
    driver = importlib.import_module(f"engineio.async_drivers.{async_mode}")
    driver._async["websocket"] = partial(
        BoundedWebSocket, max_message_size=max_message_size, ping=PING_SECONDS
    )
