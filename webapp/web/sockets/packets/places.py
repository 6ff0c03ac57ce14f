"""How much of messages the server holds at once, of all clients together."""

from __future__ import annotations

import threading
from collections import deque

FREE_BYTES = 32 * 1024
"""So much of each message is held in any case: most drawings are smaller."""

HELD_BYTES = 96 * 1024 * 1024
"""Of all messages beyond that: seventeen images of 4 MB, and as much again while one is read."""

LARGE_BYTES = 256 * 1024
"""A question of more is answered before the client's next packet is read."""

UNIT_BYTES = 8 * 1024
UNITS = 256
"""Of all other questions under way, one at least of each: read, they take fifteen times as much."""


class Places:
    """Room for messages that are whole or not; a client whose message finds none is dropped."""

    def __init__(self, most: int = HELD_BYTES) -> None:
        self._free = most
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Take room for so many bytes, if there is so much."""
        with self._lock:
            if size > self._free:
                return False
            self._free -= size
            return True

    def give_back(self, size: int) -> None:
        """Give room back that was taken."""
        with self._lock:
            self._free += size


class UnderWay:
    """Room for questions that are being answered; those that find none wait, first come first.

    Not made of semaphores: those of the library take 3 % of a prediction.
    """

    def __init__(self, units: int = UNITS) -> None:
        self._most = self._free = units
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    def enter(self, size: int) -> int:
        """Wait for room for a question of so many bytes; what to give to ``leave``."""
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
        """A question has been answered; let in those whose turn it is."""
        with self._lock:
            self._free += units
            while self._waiting and self._waiting[0][0] <= self._free:
                taken, turn = self._waiting.popleft()
                self._free -= taken
                turn.set()
