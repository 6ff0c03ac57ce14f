"""What a client of Socket.IO may send, in front of the library's own handlers.

Everything that the library keeps for a client has a bound here: answers that it does not read, and
binary parts, which no client of ours sends. What is no packet ends the connection; the library
would write a traceback for each.
"""

from __future__ import annotations

import logging
from typing import Any

from socketio.packet import Packet

from webapp import refusals

MAX_BEHIND = 5000
"""Packets that may wait for a slow client; one further behind is dropped, and comes back."""

log = logging.getLogger(__name__)


class TextPacket(Packet):  # type: ignore[misc]
    """A packet that holds no bytes. The library would look for some at each of the 784 numbers
    of a prediction's answer, which takes as long as making its JSON."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """Read a packet. Raises ValueError for one that announces binary parts: the library would
        keep them all, as many as the client says."""
        if super().decode(encoded_packet):
            raise ValueError("binary parts are not taken")
        return 0


def guard(server: Any) -> None:
    """Look at what clients of ``server`` send before its own handlers do; call it once."""
    eio = server.eio
    connected, heard = eio.handlers["connect"], eio.handlers["message"]

    def on_connect(sid: str, environ: dict[str, Any]) -> Any:
        _bound(eio.sockets[sid])
        return connected(sid, environ)

    def on_message(sid: str, data: Any) -> None:
        try:
            heard(sid, data)
        except Exception:  # whatever the library makes of what is no packet
            refusals.note("bad_packet", server.environ.get(sid, {}))
            drop(eio.sockets.get(sid))

    eio.on("connect", on_connect)
    eio.on("message", on_message)


def _bound(client: Any) -> None:
    """Drop the client when it sends though too much waits for it: the library answers some packets
    by itself, and its queue has no bound."""
    receive = client.receive

    def bounded(packet: Any) -> None:
        drop_if_behind(client)
        if not client.closing:
            receive(packet)

    client.receive = bounded


def drop_if_behind(client: Any) -> None:
    """Close a client for whom too many packets wait."""
    if client.queue.qsize() > MAX_BEHIND and not client.closing:
        log.warning("a client that fell far behind is dropped")
        drop(client)


def drop(client: Any) -> None:
    """Close a client at once, if it is still there."""
    if client is not None:
        client.close(wait=False, abort=True)
