"""Checks what one client sends: each packet passes its gate before its JSON is parsed.

The gate of a connection has two token buckets of packets, like the limits of an address, and one of
bytes. They apply to loopback too. A client that sends too many packets is disconnected; for bytes
the server waits, so a client that sends one image after the other is only slowed down.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, NoReturn

from engineio.exceptions import EngineIOError

from webapp.security import refusals
from webapp.security.rates import Bucket
from webapp.web.sockets.packets import head
from webapp.web.sockets.packets.head import BadPacket, Known
from webapp.web.sockets.packets.message import MESSAGE_SECONDS
from webapp.web.sockets.packets.places import FREE_BYTES, Places, UnderWay

QUESTIONS, QUESTIONS_A_SECOND = 2000, 50
"""The packets of a connection other than predictions: at once, and each second from then on. This
is above an address's limit, which is reported in an answer; it is for clients that ignore the
answer."""

PREDICTIONS, PREDICTIONS_A_SECOND = 8000, 2000
"""The predictions of a connection. A pen sends 60 a second, a program a thousand."""

MIB = 1024 * 1024
BYTES, BYTES_A_SECOND = 32 * MIB, 8 * MIB
"""An image of 4 MB is 5.4 MiB of text."""

AT_ONCE = 4
"""The predictions of a connection being answered; the next is not read until one is finished."""

POSTED = 100
"""The packets in one body of long polling."""

SEPARATOR = b"\x1e"
"""The separator of these packets."""

PIECE_BYTES = 16 * 1024
"""How much of such a body is read at a time."""

UPGRADE = ("2probe", "5")
"""The packets of a WebSocket that replaces long polling."""

CONNECT_SECONDS = 20.0
"""From the handshake to the first packet of Socket.IO, which joins the default namespace."""

MAX_BEHIND = 5000
"""The packets queued for a slow client; beyond that it is disconnected, and reconnects."""

GATE = "inkling_gate"
"""The key of a client's gate in the library's session."""

log = logging.getLogger(__name__)


class Dropped(EngineIOError):  # type: ignore[misc]
    """Raised when the client was disconnected for what it posted."""


class Gate:
    """Stands between one client and the library: as its WebSocket, and before its POST requests."""

    def __init__(
        self, client: Any, environ: dict[str, Any], events: Mapping[str, Known], places: Places
    ) -> None:
        self._client, self._environ, self._events, self._places = client, environ, events, places
        self._questions = Bucket(QUESTIONS, QUESTIONS_A_SECOND)
        self._predictions = Bucket(PREDICTIONS, PREDICTIONS_A_SECOND)
        self._bytes = Bucket(BYTES, BYTES_A_SECOND)
        self._until = time.monotonic() + CONNECT_SECONDS
        self.under_way = UnderWay(AT_ONCE)
        self.joined = False
        self.socket: Any = None
        """The client's WebSocket, if it has one."""

    def allows(self, text: str) -> bool:
        """Return whether the client may send this packet of Engine.IO; disconnect it otherwise."""
        drop_if_behind(self._client)
        if self._client.closing:
            return False
        try:
            packet = head.of_engine(text, self._events)
        except BadPacket:
            return self.refuse("bad_packet")
        predicts = packet is not None and self._events.get(packet.event, Known()).waits
        if (self._predictions if predicts else self._questions).spend():
            return self.refuse("too_many_packets")
        while wait := self._bytes.spend(len(text)):
            time.sleep(wait)
        return True

    def refuse(self, reason: str) -> bool:
        """Log the reason and disconnect the client; return False."""
        if self.socket is None:
            refusals.note(reason, self._environ)
        else:
            self.socket.refuse(reason)
        drop(self._client)
        return False

    def is_late(self) -> bool:
        """Return whether the client should have joined the default namespace by now."""
        return not self.joined and time.monotonic() > self._until

    def check_posted(self, body: bytes) -> None:
        """Check all packets of one POST. Raises Dropped."""
        packets = body.count(SEPARATOR) + 1
        if packets > POSTED:
            self.refuse("too_many_packets")
            raise Dropped
        try:
            texts = body.decode().split(SEPARATOR.decode())
        except UnicodeDecodeError:
            texts = [""]
        if not all(map(self.allows, texts)):
            raise Dropped


class GatedWebSocket:
    """A client's WebSocket as the library sees it: it returns only packets that passed the gate.

    One that replaces long polling begins with the two packets of ``UPGRADE``.
    """

    def __init__(self, socket: Any, gate: Gate, upgrades: bool) -> None:
        self._socket, self._gate = socket, gate
        self._awaited = list(UPGRADE if upgrades else ())
        self.send, self.close = socket.send, socket.close

    def wait(self) -> str | None:
        """Return the next packet to handle; None when there will be no more."""
        text: str | None = self._socket.wait()
        if text is None:
            return None
        if self._awaited:
            return text if text == self._awaited.pop(0) else None
        self._gate.socket = self._socket
        return text if self._gate.allows(text) else None


class PostedPackets:
    """Reads what a client posts over long polling, before the library does."""

    def __init__(self, client: Any, gate: Gate, places: Places) -> None:
        self._client, self._gate, self._places = client, gate, places
        self._handle: Callable[[dict[str, Any]], None] = client.handle_post_request
        self._max_bytes: int = client.server.max_http_buffer_size

    def __call__(self, environ: dict[str, Any]) -> None:
        """Read a body and let the library handle it. Raises Dropped, which is answered by 400."""
        announced = environ.get("CONTENT_LENGTH") or "0"
        length = int(announced) if announced.isdecimal() else self._max_bytes + 1
        if length > self._max_bytes:
            self._drop("message_too_large")
        held = max(0, length - FREE_BYTES)
        if not self._places.take(held):
            self._drop("no_place_for_a_message")
        try:
            self._take(environ, length)
        finally:
            self._places.give_back(held)

    def _take(self, environ: dict[str, Any], length: int) -> None:
        try:
            body = self._read(environ["wsgi.input"], length)
        except OSError:
            self._drop("slow_request")
        self._gate.check_posted(body)
        size = str(len(body))
        self._handle({**environ, "CONTENT_LENGTH": size, "wsgi.input": io.BytesIO(body)})

    def _read(self, stream: BinaryIO, length: int) -> bytes:
        """Read ``length`` bytes within the time limit. Raises Dropped, and OSError at the end."""
        until, pieces = time.monotonic() + MESSAGE_SECONDS, []
        while length > 0 and (piece := stream.read(min(length, PIECE_BYTES))):
            pieces.append(piece)
            length -= len(piece)
            if length and time.monotonic() > until:
                self._drop("message_too_slow")
        return b"".join(pieces)

    def _drop(self, reason: str) -> NoReturn:
        self._gate.refuse(reason)
        raise Dropped


def drop_if_behind(client: Any) -> None:
    """Disconnect a client with too many queued packets."""
    if client.queue.qsize() > MAX_BEHIND and not client.closing:
        log.warning("Dropping a client that fell too far behind")
        drop(client)


def drop(client: Any) -> None:
    """Disconnect a client at once: nothing more of what it sent is read."""
    if client is None:
        return
    client.close(wait=False, abort=True)
    gate: Gate | None = client.session.get(GATE)
    if gate is not None and gate.socket is not None:
        gate.socket.hang_up()  # a thread that writes to it may be blocked
