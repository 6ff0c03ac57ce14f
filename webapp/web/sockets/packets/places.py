"""Limits the bytes of messages that the server holds at once, for all clients together."""

from __future__ import annotations

import threading
from collections import deque

FREE_BYTES = 32 * 1024
"""Always allowed for each message: most drawings are smaller."""

HELD_BYTES = 96 * 1024 * 1024
"""The limit for all messages beyond that: seventeen images of 4 MB, and as much again while one is
read."""

LARGE_BYTES = 256 * 1024
"""A larger question is answered before the client's next packet is read."""

UNIT_BYTES = 8 * 1024
UNITS = 256
"""The limit for all other questions being answered, at least one each: parsed, they take fifteen
times as much."""


class Places:
    """Memory for messages, complete or not; a client whose message finds none is disconnected."""

    def __init__(self, most: int = HELD_BYTES) -> None:
        self._free = most
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Reserve ``size`` bytes, if available."""
        with self._lock:
            if size > self._free:
                return False
            self._free -= size
            return True

    def give_back(self, size: int) -> None:
        """Free reserved bytes."""
        with self._lock:
            self._free += size


class UnderWay:
    """Memory for questions being answered; a question that finds none waits, first come first
    served.
    """

    def __init__(self, units: int = UNITS) -> None:
        self._most = self._free = units
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    def enter(self, size: int) -> int:
        """Wait for memory for a question of ``size`` bytes; return what to pass to ``leave``."""
        units = min(self._most, 1 + size // UNIT_BYTES)
        with self._lock:
            if not self._waiting and units <= self._free:
                self._free -= units
                return units
            turn = threading.Event()
            self._waiting.append((units, turn))
        turn.wait()
        return units

    def leave(self, units: int) -> None:
        """Free the memory of an answered question."""
        with self._lock:
            self._free += units
            while self._waiting and self._waiting[0][0] <= self._free:
                taken, turn = self._waiting.popleft()
                self._free -= taken
                turn.set()
