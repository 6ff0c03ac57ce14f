"""WebSockets with limits, replacing the library's own, whose defects are these.

- A message is measured after it was assembled: here while it arrives (``packets.message``).
- Control frames are unlimited, and while a client sends as fast as it can, nothing else runs: here
  others run after a number of frames and bytes.
- A client that vanished without closing stays: here it is pinged.
- Under gevent, a socket's ``send`` may send only a part, and two greenlets may send at once; then
  frames are torn. Here each frame is sent as a whole.
- A WebSocket that the server closes is closed only on a copy of the socket; gevent's server then
  waits on the other for a next request, for ever. Here the connection itself is closed.
- Each client takes one more thread, a second file descriptor and, with a browser, 300 KB to deflate
  messages that are too short for it. Here one greenlet reads, nothing is copied or deflated.

wsproto still parses the frames. python-engineio has no option for this, so its table of classes is
patched before the server is created. That table is internal: requirements.txt pins the version,
tests/web/sockets/test_dropped_clients.py covers the patch.
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
from collections.abc import Callable
from functools import partial
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason, Opcode
from wsproto.utilities import ProtocolError

from webapp.background import give_turn
from webapp.security import refusals
from webapp.security.rates import Bucket
from webapp.web.sockets.packets.message import Message, Refused
from webapp.web.sockets.packets.places import Places

PING_SECONDS = 12
"""A client that does not answer a ping until the next one is disconnected: its queue is freed
within half a minute."""

RECEIVE_BYTES = 64 * 1024
"""How much is read at once; with less, an image of 4 MB keeps the server busy for a while."""

TURN_FRAMES, TURN_BYTES = 32, 256 * 1024
"""A turn of one client, half a millisecond of work; then others run."""

CONTROLS, CONTROLS_A_SECOND = 20, 5
"""The control frames of a client: at once, and each second from then on. We send a ping every
twelve seconds."""

KEY_SALT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The text that a server appends to a client's key in the handshake (RFC 6455, 4.2.2)."""


class BoundedWebSocket:
    """The WebSocket class for engineio: a WSGI application that calls ``handler(self)``.

    The handler's thread waits for messages; any thread may send or close.
    """

    def __init__(
        self,
        handler: Callable[[Any], Any],
        server: object,
        *,
        max_message_size: int,
        ping: float,
        places: Places,
    ) -> None:
        self._handler, self._ping_seconds = handler, ping
        self._protocol = Connection(ConnectionType.SERVER)
        self._sending = threading.Lock()
        self._message = Message(max_message_size, places)
        self._controls = Bucket(CONTROLS, CONTROLS_A_SECOND)
        self._work = 0.0
        self._answered = True
        self._looked = False
        self._ended = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self._environ, self._wire = environ, _wire_of(environ)
        self._handled = time.monotonic()
        self._next_ping = self._handled + self._ping_seconds
        try:
            if not self._shake_hands(environ):
                return []
            answer = self._handler(self)
        finally:
            self.hang_up()
            self._message.clear()  # engineio and this refer to each other and may not be freed soon
            self._protocol = Connection(ConnectionType.SERVER)  # the other holds unread data
        if "werkzeug.socket" in environ:
            raise ConnectionError  # keeps the development server from writing a response
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

    def wait(self) -> str | None:
        """Return the client's next message; None when there will be no more."""
        self._message.clear()
        self._next_ping += time.monotonic() - self._handled  # nothing was read meanwhile
        try:
            while not self._ended:
                text = self._next()
                if text is not None:
                    self._handled = time.monotonic()
                    return text
                if not self._ended:
                    self._read()
        except Refused as refused:
            self.refuse(refused.reason, refused.close)
        except ProtocolError:  # it sent a close frame and continues
            self._end(CloseReason.PROTOCOL_ERROR)
        except OSError:  # it disconnected during the answer
            self._ended = True
        return None

    def send(self, message: str) -> None:
        """Send a message as one frame. Raises OSError when the connection is closed."""
        self._write(frame(Opcode.TEXT, message.encode()))

    def close(self) -> None:
        """Send a close frame and close the connection."""
        self._end(CloseReason.NORMAL_CLOSURE)

    def refuse(self, reason: str, close: CloseReason = CloseReason.POLICY_VIOLATION) -> None:
        """Close the connection of a client that exceeds a limit, with a reason, and log it."""
        refusals.note(reason, self._environ)
        self._end(close, reason)

    def _next(self) -> str | None:
        """Return the next complete message in the input, or None. Raises Refused."""
        for event in self._protocol.events():
            self._take_turns(1 / TURN_FRAMES)
            if self._ended:
                return None
            text = self._take(event)
            if text is not None:
                return text
        return None

    def _read(self) -> None:
        """Read available input until the next ping is due. Raises OSError, Refused."""
        left = self._next_ping - time.monotonic()
        if left <= 0 and (self._answered or self._looked):
            return self._ping()
        self._looked = left <= 0  # the answer may have arrived while others ran
        try:
            self._wire.settimeout(max(left, 0))
            data = self._wire.recv(RECEIVE_BYTES)
        except (TimeoutError, BlockingIOError):
            return
        if not data:
            self._ended = True
            return
        self._protocol.receive_data(data)
        self._take_turns(1 / TURN_FRAMES + len(data) / TURN_BYTES)

    def _take_turns(self, work: float) -> None:
        """Let others run after enough work for this client; 1 is a turn's work."""
        self._work += work
        if self._work >= 1:
            self._work = 0.0
            give_turn()

    def _take(self, event: Event) -> str | None:
        """Handle a protocol event; return the message that it completes. Raises Refused."""
        if isinstance(event, TextMessage):
            return self._message.add(event)
        if isinstance(event, BytesMessage):
            raise Refused("binary_message", CloseReason.UNSUPPORTED_DATA)
        if self._controls.spend():
            raise Refused("too_many_control_frames", CloseReason.POLICY_VIOLATION)
        if isinstance(event, Ping) and not self._sending.locked():  # else it reads nothing now
            self._write(self._protocol.send(event.response()))
        elif isinstance(event, Pong):
            self._answered = True
        elif isinstance(event, CloseConnection):
            self._write(self._protocol.send(event.response()))
            self._ended = True
        return None

    def _ping(self) -> None:
        """Ping the client, or disconnect it when the last ping was not answered."""
        if not self._answered:
            return self._end(CloseReason.POLICY_VIOLATION, "Ping/Pong timeout")
        self._message.check_time()
        self._answered = self._looked = False
        self._next_ping += self._ping_seconds
        if not self._sending.locked():  # else a client that reads nothing would never be dropped
            with contextlib.suppress(OSError):
                self._write(frame(Opcode.PING, b""))

    def _end(self, reason: CloseReason, text: str = "") -> None:
        """Send the reason, if the client still reads, and close the connection."""
        if not self._ended and not self._sending.locked():
            with contextlib.suppress(OSError):
                self._write(frame(Opcode.CLOSE, struct.pack("!H", reason) + text.encode()))
        self.hang_up()

    def _write(self, data: bytes) -> None:
        """Send all of it, after other senders.

        Raises OSError when the connection is closed, or when the client read nothing while two
        pings were due.
        """
        with self._sending:
            sent, last = 0, time.monotonic()
            while sent < len(data):
                if self._ended or time.monotonic() - last > 2 * self._ping_seconds:
                    self.hang_up()
                    raise ConnectionError("the WebSocket is closed")
                with contextlib.suppress(TimeoutError):  # that is the reader's: see _read
                    sent += self._wire.send(data[sent:] if sent else data)
                    last = time.monotonic()

    def hang_up(self) -> None:
        """Close the connection, even if others hold its socket; what was sent still arrives."""
        self._ended = True
        with contextlib.suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)


def frame(opcode: Opcode, payload: bytes) -> bytes:
    """Return a server's message as a single frame (RFC 6455, 5.2): not masked, not deflated."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x80 | opcode, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


def _wire_of(environ: dict[str, Any]) -> Any:
    """Return the connection's socket: of the development server, or of gevent's."""
    if "werkzeug.socket" in environ:
        return environ["werkzeug.socket"]
    stream = environ["wsgi.input"]  # gevent's own, or its underlying file for an upgrade
    return getattr(stream, "rfile", stream).raw._sock


def patch_engineio(async_mode: str, max_message_size: int, places: Places) -> None:
    """Make engineio use bounded WebSockets; call before ``SocketIO`` is created."""
    driver = importlib.import_module(f"engineio.async_drivers.{async_mode}")
    driver._async["websocket"] = partial(
        BoundedWebSocket, max_message_size=max_message_size, ping=PING_SECONDS, places=places
    )
