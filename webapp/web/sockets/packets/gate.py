"""What one client may send: each packet passes its gate before anything is read of its JSON.

The gate of a connection has two token buckets of packets, as the limits of an address have, and
one of bytes. They hold on loopback too. Who sends more packets is dropped; bytes are waited for,
so a client that sends one image after the other is only slowed down.
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
"""Packets of a connection that are no predictions: at once, and each second from then on. More
than an address may, which is told so in an answer; this is for who does not heed it."""

PREDICTIONS, PREDICTIONS_A_SECOND = 8000, 2000
"""Predictions of a connection. A pen asks 60 times a second, a program a thousand times."""

MIB = 1024 * 1024
BYTES, BYTES_A_SECOND = 32 * MIB, 8 * MIB
"""An image of 4 MB is 5.4 MiB of text."""

AT_ONCE = 4
"""Predictions of a connection under way; the next is not read until one is answered."""

POSTED = 100
"""Packets in one body of long polling."""

SEPARATOR = b"\x1e"
"""Between these."""

PIECE_BYTES = 16 * 1024
"""Read of such a body at a time."""

UPGRADE = ("2probe", "5")
"""What a WebSocket says that takes the place of long polling."""

CONNECT_SECONDS = 20.0
"""From the handshake to the first packet of Socket.IO, which joins the default namespace."""

MAX_BEHIND = 5000
"""Packets that may wait for a slow client; one further behind is dropped, and comes back."""

GATE = "inkling_gate"
"""Under this name the library keeps a client's gate for us."""

log = logging.getLogger(__name__)


class Dropped(EngineIOError):  # type: ignore[misc]
    """The client was dropped for what it posted."""


class Gate:
    """Stands between one client and the library: as its WebSocket, and before what it posts."""

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

    def admits(self, text: str) -> bool:
        """Whether the client may send this packet of Engine.IO; it is dropped otherwise."""
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
        """Log why and drop the client; False."""
        if self.socket is None:
            refusals.note(reason, self._environ)
        else:
            self.socket.refuse(reason)
        drop(self._client)
        return False

    def is_late(self) -> bool:
        """Whether the client should have joined the default namespace by now."""
        return not self.joined and time.monotonic() > self._until

    def look_through(self, body: bytes) -> None:
        """Look at all packets that were posted at once. Raises Dropped."""
        packets = body.count(SEPARATOR) + 1
        if packets > POSTED:
            self.refuse("too_many_packets")
            raise Dropped
        try:
            texts = body.decode().split(SEPARATOR.decode())
        except UnicodeDecodeError:
            texts = [""]
        if not all(map(self.admits, texts)):
            raise Dropped


class Heard:
    """A client's WebSocket as the library knows it: what it waits for has passed the gate.

    One that takes the place of long polling begins with the two packets of ``UPGRADE``.
    """

    def __init__(self, socket: Any, gate: Gate, upgrades: bool) -> None:
        self._socket, self._gate = socket, gate
        self._awaited = list(UPGRADE if upgrades else ())
        self.send, self.close = socket.send, socket.close

    def wait(self) -> str | None:
        """The next packet that may be handled; None when there will be no more."""
        text: str | None = self._socket.wait()
        if text is None:
            return None
        if self._awaited:
            return text if text == self._awaited.pop(0) else None
        self._gate.socket = self._socket
        return text if self._gate.admits(text) else None


class Posts:
    """What a client posts over long polling, before the library reads it."""

    def __init__(self, client: Any, gate: Gate, places: Places) -> None:
        self._client, self._gate, self._places = client, gate, places
        self._handle: Callable[[dict[str, Any]], None] = client.handle_post_request
        self._max_bytes: int = client.server.max_http_buffer_size

    def __call__(self, environ: dict[str, Any]) -> None:
        """Read a body and let the library handle it. Raises Dropped, which is answered by 400."""
        told = environ.get("CONTENT_LENGTH") or "0"
        length = int(told) if told.isdecimal() else self._max_bytes + 1
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
        self._gate.look_through(body)
        size = str(len(body))
        self._handle({**environ, "CONTENT_LENGTH": size, "wsgi.input": io.BytesIO(body)})

    def _read(self, stream: BinaryIO, length: int) -> bytes:
        """So many bytes, which must come in time. Raises Dropped, and OSError where they end."""
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
    """Close a client for whom too many packets wait."""
    if client.queue.qsize() > MAX_BEHIND and not client.closing:
        log.warning("a client that fell far behind is dropped")
        drop(client)


def drop(client: Any) -> None:
    """Close a client at once, if it is still there: nothing that it sent is read any more."""
    if client is None:
        return
    client.close(wait=False, abort=True)
    gate: Gate | None = client.session.get(GATE)
    if gate is not None and gate.socket is not None:
        gate.socket.hang_up()  # whoever writes to it may wait for the client
