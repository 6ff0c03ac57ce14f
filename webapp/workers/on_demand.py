"""A worker that exists only while it is needed: the first question starts it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from webapp.errors import Unavailable
from webapp.workers.keeper import Keeper

IDLE_SECONDS = 300.0
"""The worker ends so long after its last answer, and frees its memory."""


class OnDemand:
    """Starts the worker that ``make`` returns at the first question, and ends it when idle.
    Thread-safe.
    """

    def __init__(self, make: Callable[[], Keeper], idle_seconds: float = IDLE_SECONDS) -> None:
        self._make = make
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._keeper: Keeper | None = None
        self._asking = 0
        self._timer: threading.Timer | None = None
        self._closed = False

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to a question. Raises ApiError."""
        keeper = self._begin()
        try:
            return keeper.ask(question, seconds)
        finally:
            self._end()

    def pids(self) -> list[int]:
        """Return the worker's process id, while there is one."""
        keeper = self._keeper
        return [] if keeper is None else keeper.pids()

    def stop(self) -> None:
        """End the worker for good; pending questions fail as unavailable."""
        with self._lock:
            self._closed = True
            keeper, self._keeper = self._keeper, None
            if self._timer is not None:
                self._timer.cancel()
        if keeper is not None:
            keeper.stop()

    def _begin(self) -> Keeper:
        with self._lock:
            if self._closed:
                raise Unavailable
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._keeper is None:
                keeper = self._make()
                keeper.start()
                self._keeper = keeper
            self._asking += 1
            return self._keeper

    def _end(self) -> None:
        with self._lock:
            self._asking -= 1
            if self._asking == 0 and not self._closed:
                self._timer = threading.Timer(self._idle_seconds, self._end_if_idle)
                self._timer.daemon = True
                self._timer.start()

    def _end_if_idle(self) -> None:
        with self._lock:
            if self._asking:
                return
            keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.stop()
