"""Leaving out what is soon outdated: at most a few values a second and key, the last one always."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

INTERVAL_SECONDS = 0.25


class Thinner(Generic[T]):
    """Hands values on: at once when the key was quiet, else the newest one when it is its turn."""

    def __init__(self, hand_on: Callable[[T], None], interval: float = INTERVAL_SECONDS) -> None:
        self._hand_on = hand_on
        self._interval = interval
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._waiting: dict[str, T] = {}

    def put(self, key: str, value: T, *, hasty: bool = False) -> None:
        """Hand the value on now (``hasty``, or nothing was lately) or soon."""
        with self._lock:
            now = time.monotonic()
            wait = self._last.get(key, -self._interval) + self._interval - now
            if wait > 0 and not hasty:
                if key not in self._waiting:
                    timer = threading.Timer(wait, self._flush, [key])
                    timer.daemon = True
                    timer.start()
                self._waiting[key] = value
                return
            self._waiting.pop(key, None)
            self._forget_old(now)
            self._last[key] = now
            self._hand_on(value)

    def drop(self, key: str) -> None:
        """Hand on nothing more of what came for the key so far."""
        with self._lock:
            self._waiting.pop(key, None)

    def _flush(self, key: str) -> None:
        with self._lock:
            value = self._waiting.pop(key, None)
            if value is not None:
                self._last[key] = time.monotonic()
                self._hand_on(value)

    def _forget_old(self, now: float) -> None:
        """Forget keys that have been quiet, so that the table stays small."""
        if len(self._last) > 1000:
            self._last = {k: at for k, at in self._last.items() if now - at < self._interval}
