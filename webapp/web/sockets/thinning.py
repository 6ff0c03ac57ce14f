"""Drops outdated values: a rate per key (``Throttle``) or for all keys together (``Pacer``).

The newest value of a key is always delivered.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

INTERVAL_SECONDS = 0.25

log = logging.getLogger(__name__)


class Throttle(Generic[T]):
    """Delivers values: at once when the key was quiet, else the newest one after the interval."""

    def __init__(self, deliver: Callable[[T], None], interval: float = INTERVAL_SECONDS) -> None:
        self._deliver = deliver
        self._interval = interval
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._waiting: dict[str, T] = {}

    def put(self, key: str, value: T, *, urgent: bool = False) -> None:
        """Deliver the value now (``urgent``, or nothing was delivered lately) or soon."""
        with self._lock:
            now = time.monotonic()
            wait = self._last.get(key, -self._interval) + self._interval - now
            if wait > 0 and not urgent:
                if key not in self._waiting:
                    timer = threading.Timer(wait, self._flush, [key])
                    timer.daemon = True
                    timer.start()
                self._waiting[key] = value
                return
            self._waiting.pop(key, None)
            self._forget_old(now)
            self._last[key] = now
            self._deliver(value)

    def drop(self, key: str) -> None:
        """Deliver nothing more of what was put for the key so far."""
        with self._lock:
            self._waiting.pop(key, None)

    def _flush(self, key: str) -> None:
        with self._lock:
            value = self._waiting.pop(key, None)
            if value is not None:
                self._last[key] = time.monotonic()
                self._deliver(value)

    def _forget_old(self, now: float) -> None:
        """Remove keys that have been quiet, so that the table stays small."""
        if len(self._last) > 1000:
            self._last = {k: at for k, at in self._last.items() if now - at < self._interval}


class Pacer(Generic[T]):
    """Delivers one value after the other, with a rest after each; a key waits with its newest."""

    def __init__(self, deliver: Callable[[T], float]) -> None:
        """``deliver`` returns how many seconds to rest after that value."""
        self._deliver = deliver
        self._lock = threading.Lock()
        self._waiting: dict[str, T] = {}
        self._free_at = 0.0
        self._timer: threading.Timer | None = None

    def put(self, key: str, value: T, *, urgent: bool = False) -> None:
        """Deliver the value now (``urgent``, or nothing waits) or when it is the key's turn."""
        with self._lock:
            if urgent or (not self._waiting and time.monotonic() >= self._free_at):
                self._waiting.pop(key, None)
                self._deliver_value(value)
            else:
                self._waiting[key] = value
                self._await_turn()

    def drop(self, key: str) -> None:
        """Deliver nothing more of what was put for the key so far."""
        with self._lock:
            self._waiting.pop(key, None)

    def _deliver_value(self, value: T) -> None:
        rest = self._deliver(value)
        self._free_at = max(self._free_at, time.monotonic() + rest)

    def _await_turn(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(self._free_at - time.monotonic(), self._next)
            self._timer.daemon = True
            self._timer.start()

    def _next(self) -> None:
        """Deliver what has waited longest."""
        with self._lock:
            self._timer = None
            if not self._waiting:
                return
            try:
                self._deliver_value(self._waiting.pop(next(iter(self._waiting))))
            except Exception:  # one failed delivery must not block the others
                log.exception("Could not deliver a value")
            if self._waiting:
                self._await_turn()
