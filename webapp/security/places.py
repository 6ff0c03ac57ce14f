"""Slots that are shared fairly: a limited number, and the client with the fewest is next."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from webapp.errors import TooManyRequests, Unavailable

MAX_WAITING = 32
"""The requests of one client that may wait; more are refused."""

PATIENCE_SECONDS = 300.0
"""How long a request waits for a slot: a class of 200 may export its models, a second each."""

AGAIN_SECONDS = 1.0
"""When to ask again where too many of the same client wait."""

LATER_SECONDS = 10.0
"""When to ask again after no slot became free in time."""


class Places:
    """A number of slots; waiting clients take turns, however much one of them asks for."""

    def __init__(self, places: int) -> None:
        self._lock = threading.Lock()
        self._free = places
        self._taken: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()
        """The turns that each client waits for; the client served last is the last."""

    @contextmanager
    def of(self, client: str, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
        """Wait for a slot and hold it during the block.

        Raises TooManyRequests when too many of the same client wait, and Unavailable when none is
        free within ``seconds``.
        """
        turn = self._ask(client)
        came = False
        try:
            came = turn.wait(seconds)
        finally:
            if not came:
                self._leave(client, turn)
        if not came:
            raise Unavailable.until(LATER_SECONDS)
        try:
            yield
        finally:
            with self._lock:
                self._pass_on(client)

    def _ask(self, client: str) -> threading.Event:
        """Return an event that is set once the client has a slot."""
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                self._taken[client] += 1
                turn.set()
                return turn
            line = self._waiting.setdefault(client, deque())
            if len(line) >= MAX_WAITING:
                raise TooManyRequests.until(AGAIN_SECONDS)
            line.append(turn)
        return turn

    def _leave(self, client: str, turn: threading.Event) -> None:
        """Stop waiting; a slot that was just assigned goes to the next client."""
        with self._lock:
            if turn.is_set():
                self._pass_on(client)
                return
            line = self._waiting[client]
            line.remove(turn)
            if not line:
                del self._waiting[client]

    def _pass_on(self, client: str) -> None:
        """Give the client's slot to the next, or free it (lock held)."""
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
        if client in self._waiting:
            self._waiting.move_to_end(client)
        following = min(self._waiting, key=lambda other: self._taken[other], default=None)
        if following is None:
            self._free += 1
            return
        line = self._waiting.pop(following)
        line.popleft().set()
        self._taken[following] += 1
        if line:
            self._waiting[following] = line
