"""A lock per key: the second caller finds what the first has made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock for each key, which exists only while it is held or awaited."""

    def __init__(self) -> None:
        self._arranging = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._users: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Wait for the key's lock and hold it during the block."""
        with self._arranging:
            lock = self._locks.setdefault(key, threading.Lock())
            self._users[key] = self._users.get(key, 0) + 1
        try:
            with lock:
                yield
        finally:
            with self._arranging:
                self._users[key] -= 1
                if not self._users[key]:
                    del self._users[key], self._locks[key]
