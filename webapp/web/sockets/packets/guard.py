"""Hooks the limits of packets into the library.

python-engineio and python-socketio have no options for this, so what they call is wrapped, for each
client when it connects. requirements.txt pins their versions; tests/web/sockets/test_packets.py and
tests/web/sockets/test_bad_packets.py cover the hooks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from engineio.payload import Payload
from socketio import packet as library
from socketio.packet import Packet

from webapp.background import give_turn
from webapp.security import refusals
from webapp.web.sockets.packets import head
from webapp.web.sockets.packets.gate import GATE, POSTED, Gate, GatedWebSocket, PostedPackets, drop
from webapp.web.sockets.packets.head import CONNECT, EVENT, BadPacket, Head, Known
from webapp.web.sockets.packets.places import LARGE_BYTES, Places, UnderWay

Payload.max_decode_packets = POSTED

MOST_REST = 0.05
"""In seconds; work that took longer waited for something else."""

HOOKS = ("_websocket_handler", "handle_post_request", "check_ping_timeout")
"""The wrapped methods of the library's client."""

Refuse = Callable[[dict[str, Any], str], "dict[str, Any] | None"]
"""Given the handshake's environ and an event's name: the answer that refuses it, or None."""


class TextPacket(Packet):  # type: ignore[misc]
    """A packet without binary parts.

    The library would search for some at each of the 784 numbers of a prediction's answer, which
    takes as long as serializing it.
    """

    uses_binary_events = False


def guard(server: Any, events: Mapping[str, Known], refuse: Refuse, places: Places) -> None:
    """Check what clients of ``server`` send before the library does; call it once.

    ``server`` handles events one after the other (``async_handlers=False``); those that wait for a
    worker are handled concurrently here.
    """
    eio, connected = server.eio, server.eio.handlers["connect"]

    def on_connect(sid: str, environ: dict[str, Any]) -> Any:
        _hold(eio.sockets[sid], environ, events, places)
        return connected(sid, environ)

    eio.on("connect", on_connect)
    server._handle_eio_message = _PacketHandler(
        server, events, refuse
    )  # as the test client calls it
    eio.on("message", server._handle_eio_message)


def _hold(
    client: Any, environ: dict[str, Any], events: Mapping[str, Known], places: Places
) -> None:
    """Put a gate before a new client."""
    gate = client.session[GATE] = Gate(client, environ, events, places)
    serve, is_there = client._websocket_handler, client.check_ping_timeout

    def check() -> bool:
        if gate.is_late() and not client.closing:
            return gate.refuse("never_connected")
        return bool(is_there())

    def gated(socket: Any) -> Any:
        try:
            return serve(GatedWebSocket(socket, gate, client.connected))
        finally:
            if client.closed:
                _let_go(client)

    client._websocket_handler, client.check_ping_timeout = gated, check
    client.handle_post_request = PostedPackets(client, gate, places)


def _let_go(client: Any) -> None:
    """Detach a disconnected client from its gate, so that both are freed at once."""
    client.session.clear()
    for name in HOOKS:
        vars(client).pop(name, None)


class _PacketHandler:
    """Handles the packets of Socket.IO that have passed their gates."""

    def __init__(self, server: Any, events: Mapping[str, Known], refuse: Refuse) -> None:
        self._server, self._events, self._refuse = server, events, refuse
        self._handle: Callable[[str, str], None] = server._handle_eio_message
        self._turn = threading.Lock()
        """A lock for all clients together: one question, then everything else."""
        self._under_way = UnderWay()

    def __call__(self, sid: str, data: str) -> None:
        """Let the library handle a packet; an invalid one disconnects the client."""
        client = self._server.eio.sockets.get(sid)
        gate: Gate | None = client and client.session.get(GATE)
        try:
            packet = head.read(data, self._events)
            self._check_order(sid, packet)
            if packet.kind == EVENT:
                self._on_event(sid, data, packet, gate)
            else:
                self._handle(sid, data)
                if gate is not None:
                    gate.joined = packet.kind == CONNECT
        except (ValueError, RecursionError):  # invalid JSON, or too deep
            refusals.note("bad_packet", self._server.environ.get(sid, {}))
            drop(client)

    def _check_order(self, sid: str, packet: Head) -> None:
        """Check that a client joins once, then sends events. Raises BadPacket."""
        joined = self._server.manager.sid_from_eio_sid(sid, "/") is not None
        if joined is (packet.kind == CONNECT):
            raise BadPacket

    def _on_event(self, sid: str, data: str, packet: Head, gate: Gate | None) -> None:
        known = self._events.get(packet.event)
        environ = self._server.environ.get(sid)
        if environ is None:  # it disconnected meanwhile
            return
        if known is None:
            return refusals.note("unknown_event", environ)
        refusal = self._refuse(environ, packet.event)
        if refusal is not None:
            return self._in_turn(lambda: self._acknowledge(sid, packet.number, refusal))
        if known.waits and gate is not None and len(data) <= LARGE_BYTES:
            gate.under_way.enter(0)
            units = self._under_way.enter(len(data))
            self._server.start_background_task(self._answer, sid, data, gate, units)
        elif known.waits:
            self._handle(sid, data)
        else:
            self._in_turn(lambda: self._handle(sid, data))

    def _in_turn(self, work: Callable[[], None]) -> None:
        """Run ``work``, which may block for 20 ms, then let others run for half as long.

        So a request that needs the thread several times does not wait for as many questions.
        """
        with self._turn:
            began = time.monotonic()
            work()
            give_turn(min(MOST_REST, (time.monotonic() - began) / 2))

    def _answer(self, sid: str, data: str, gate: Gate, units: int) -> None:
        """Let the library handle an event while the client's others are read."""
        try:
            self._handle(sid, data)
        except (ValueError, RecursionError):
            gate.refuse("bad_packet")
        finally:
            self._under_way.leave(units)
            gate.under_way.leave(1)

    def _acknowledge(self, sid: str, number: int | None, answer: dict[str, Any]) -> None:
        if number is not None:
            packet = TextPacket(library.ACK, namespace="/", id=number, data=[answer])
            self._server._send_packet(sid, packet)
