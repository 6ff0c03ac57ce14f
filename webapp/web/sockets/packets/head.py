"""What a packet is, by its first characters and its length: its JSON is not read for that.

The program takes texts of the default namespace alone: it asks for no acknowledgements and takes
no binary parts. What is neither a packet of such a client nor of a size that it may have raises
BadPacket.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_SIGNS = 200_000
"""Commas and brackets in a packet: three times those of the largest drawing. They are what takes
its time in reading JSON: so many take 20 ms."""

PONG, CLOSE = "3", "1"
"""Engine.IO's own packets that a client may send at any time."""

MESSAGE = "4"
"""Engine.IO's mark in front of a packet of Socket.IO."""

CONNECT, DISCONNECT, EVENT = "0", "1", "2"
"""Socket.IO's packets that a client may send."""

SMALL_BYTES = 4096
"""A packet, unless its event may be larger; also one of an event that is not known."""

_EVENT = re.compile(r'2([0-9]{0,16})\[\s{0,8}"([A-Za-z_0-9.: -]{1,64})"\s{0,8}[,\]]')


class BadPacket(ValueError):
    """The client sent what no packet of ours is."""


@dataclass(frozen=True)
class Known:
    """An event that clients may send."""

    max_bytes: int = SMALL_BYTES
    waits: bool = False
    """Its answer mostly waits for a worker, so others may be answered meanwhile."""


@dataclass(frozen=True)
class Head:
    """What is known of a packet before its JSON is read."""

    kind: str
    event: str = ""
    number: int | None = None
    """Of the acknowledgement that is asked for."""


def of_engine(text: str, events: Mapping[str, Known]) -> Head | None:
    """The head of a packet of Socket.IO in one of Engine.IO; None for a pong or a goodbye.

    Raises BadPacket.
    """
    if text in (PONG, CLOSE):
        return None
    if not text.startswith(MESSAGE):
        raise BadPacket
    return read(text, events, len(MESSAGE))


def read(text: str, events: Mapping[str, Known], start: int = 0) -> Head:
    """The head of the packet that begins at ``start``. Raises BadPacket."""
    kind, size = text[start : start + 1], len(text) - start
    if kind == EVENT:
        return _event(text, events, start)
    if kind == CONNECT and (size == 1 or text.startswith("{", start + 1)) and size <= SMALL_BYTES:
        return Head(CONNECT)
    if kind == DISCONNECT and size == 1:
        return Head(DISCONNECT)
    raise BadPacket


def _event(text: str, events: Mapping[str, Known], start: int) -> Head:
    found = _EVENT.match(text, start)
    if found is None:
        raise BadPacket
    number, event = found.groups()
    size = len(text) - start
    if size > events.get(event, Known()).max_bytes:
        raise BadPacket
    if size > SMALL_BYTES and sum(map(text.count, ",[{")) > MAX_SIGNS:
        raise BadPacket
    return Head(EVENT, event, int(number) if number else None)
