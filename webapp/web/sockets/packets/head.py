"""Classifies a packet by its first characters and its length, without parsing its JSON.

The program accepts only text in the default namespace: it requests no acknowledgements and takes no
binary parts. Any other packet, and one above its size limit, raises BadPacket.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_SIGNS = 200_000
"""The most commas and brackets in a packet: three times those of the largest drawing. They
determine the time of parsing JSON: so many take 20 ms."""

PONG, CLOSE = "3", "1"
"""Engine.IO's own packets that a client may send at any time."""

MESSAGE = "4"
"""Engine.IO's prefix of a Socket.IO packet."""

CONNECT, DISCONNECT, EVENT = "0", "1", "2"
"""Socket.IO's packets that a client may send."""

SMALL_BYTES = 4096
"""The limit of a packet, unless its event may be larger; also of an unknown event."""

_EVENT = re.compile(r'2([0-9]{0,16})\[\s{0,8}"([A-Za-z_0-9.: -]{1,64})"\s{0,8}[,\]]')


class BadPacket(ValueError):
    """Raised for a packet that our clients never send."""


@dataclass(frozen=True)
class Known:
    """An event that clients may send."""

    max_bytes: int = SMALL_BYTES
    waits: bool = False
    """Whether its answer mostly waits for a worker, so that others can be answered meanwhile."""


@dataclass(frozen=True)
class Head:
    """What is known of a packet before its JSON is parsed."""

    kind: str
    event: str = ""
    number: int | None = None
    """The number of the requested acknowledgement."""


def of_engine(text: str, events: Mapping[str, Known]) -> Head | None:
    """Return the head of a Socket.IO packet inside one of Engine.IO; None for a pong or a close.

    Raises BadPacket.
    """
    if text in (PONG, CLOSE):
        return None
    if not text.startswith(MESSAGE):
        raise BadPacket
    return read(text, events, len(MESSAGE))


def read(text: str, events: Mapping[str, Known], start: int = 0) -> Head:
    """Return the head of the packet that begins at ``start``. Raises BadPacket."""
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
