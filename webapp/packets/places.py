"""How many large messages the server holds at once, of all clients together."""

from __future__ import annotations

import threading

LARGE_BYTES = 256 * 1024
"""A message is large from here on; drawings are smaller, images of 4 MB are not."""

LARGE_AT_ONCE = 16
"""Six megabytes each, and as much again while one is read."""


class Places:
    """Places for large messages; a client whose message finds none is dropped."""

    def __init__(self, count: int = LARGE_AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(count)

    def take(self) -> bool:
        """Take a place, if one is free."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Give a place back that was taken."""
        self._free.release()
