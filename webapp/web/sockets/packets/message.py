"""Limits a WebSocket message while it arrives: its bytes, its fragments and its time."""

from __future__ import annotations

import time

from wsproto.events import TextMessage
from wsproto.frame_protocol import CloseReason

from webapp.web.sockets.packets.places import FREE_BYTES, Places

MAX_FRAGMENTS = 1000
"""Frames of a message: browsers send one, or pieces of 64 KB."""

MESSAGE_SECONDS = 60.0
"""From a message's first byte to its last: 4 MB take so long over a line of 0.7 Mbit/s."""

MAX_PARTS = 1000
"""A frame arrives in as many parts as the network makes of it; beyond this number they are
joined."""


class Refused(Exception):
    """Raised for a refused message; ``reason`` is for the log, ``close`` the closing code."""

    def __init__(self, reason: str, close: CloseReason) -> None:
        self.reason, self.close = reason, close
        super().__init__(reason)


class Message:
    """The parts of a message that have arrived."""

    def __init__(self, max_bytes: int, places: Places) -> None:
        self._max_bytes, self._places = max_bytes, places
        self._held = 0
        """The reserved bytes."""
        self.clear()

    def clear(self) -> None:
        """Drop the parts and free their place: the next message begins."""
        self._parts: list[str] = []
        self._bytes = self._fragments = 0
        self._began: float | None = None
        self._places.give_back(self._held)
        self._held = 0

    def add(self, part: TextMessage) -> str | None:
        """Add a part; return the complete message if that was the last. Raises Refused."""
        self._count(part)
        self._parts.append(part.data)
        if part.message_finished:
            return "".join(self._parts)
        if len(self._parts) > MAX_PARTS:
            self._parts = ["".join(self._parts)]
        return None

    def _count(self, part: TextMessage) -> None:
        self._began = self._began or time.monotonic()
        self._fragments += part.frame_finished
        self._bytes += len(part.data if part.data.isascii() else part.data.encode())
        if self._bytes > self._max_bytes:
            raise Refused("message_too_large", CloseReason.MESSAGE_TOO_BIG)
        if self._fragments > MAX_FRAGMENTS:
            raise Refused("too_many_fragments", CloseReason.POLICY_VIOLATION)
        self._hold(self._bytes - FREE_BYTES)
        self.check_time()

    def _hold(self, size: int) -> None:
        """Reserve memory for ``size`` bytes. Raises Refused when there is none."""
        if size > self._held:
            if not self._places.take(size - self._held):
                raise Refused("no_place_for_a_message", CloseReason.TRY_AGAIN_LATER)
            self._held = size

    def check_time(self) -> None:
        """Raise Refused when the message takes too long."""
        if self._began is not None and time.monotonic() - self._began > MESSAGE_SECONDS:
            raise Refused("message_too_slow", CloseReason.POLICY_VIOLATION)
