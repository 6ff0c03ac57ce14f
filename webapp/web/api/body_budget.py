"""The budget that request bodies share: how many at once, and how many bytes.

A body takes its share before it is read, by its announced length, and returns it when the request
is answered. A body that does not fit waits a little. While others wait, a body that arrives too
slowly loses its share, so slow clients do not block others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from webapp.errors import ApiError, TooManyRequests, Unavailable

PACE = 250_000
"""In bytes a second: a body at least this fast on average keeps its share."""

MOST_WAITING = 100
"""The requests that may wait for room at the same time."""

LOOK_SECONDS = 0.5
"""How often a waiting request checks whether another has become too slow."""

RETRY_SECONDS = 5


@dataclass(frozen=True)
class Bounds:
    """How many bodies and bytes there may be at once, in total and per client.

    A body that does not fit waits ``wait`` seconds; its speed is judged after ``patience`` seconds.
    """

    bodies: int
    size: int
    each_bodies: int
    each_size: int
    wait: float
    patience: float


@dataclass(eq=False)
class Share:
    """The share of one body: ``size`` bytes, of which ``came`` have arrived.

    ``drop`` discards what has arrived; it is called when the share is revoked.
    """

    client: str
    size: int
    since: float
    came: int = 0
    coming: bool = True
    lost: bool = False
    drop: Callable[[], object] = field(default=bool)

    def note(self, count: int) -> None:
        """Count bytes that have arrived. Raises Unavailable if the share was revoked."""
        if self.lost:
            raise Unavailable.until(RETRY_SECONDS)
        self.came += count

    def end(self) -> None:
        """Mark the body as complete: its share can no longer be revoked. Raises as ``note``."""
        self.note(0)
        self.coming = False


class BodyBudget:
    """The budget of one kind of bodies."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        self.bounds, self.clock = bounds, clock
        self._shares: list[Share] = []
        self._waiting = 0
        self._changed = threading.Condition()

    def take(self, client: str, size: int) -> Share:
        """Wait for a share for a body of ``size`` bytes, and return it.

        Raises TooManyRequests when the client's other bodies leave no room, Unavailable when those
        of all clients leave none.
        """
        with self._changed:
            self._wait(client, size)
            share = Share(client, size, self.clock())
            self._shares.append(share)
            return share

    def give_back(self, share: Share) -> None:
        """Free the share; a revoked one is free already."""
        with self._changed:
            if share in self._shares:
                self._shares.remove(share)
            self._changed.notify_all()

    def _wait(self, client: str, size: int) -> None:
        """Wait until there is room. Raises as ``take``."""
        until = self.clock() + self.bounds.wait
        self._waiting += 1
        try:
            while crowd := self._crowd(client, size):
                left = until - self.clock()
                if self._lose_slowest(crowd):
                    continue
                if left <= 0 or self._waiting > MOST_WAITING:
                    raise _refusal(crowd is not self._shares)
                self._changed.wait(min(left, LOOK_SECONDS))
        finally:
            self._waiting -= 1

    def _crowd(self, client: str, size: int) -> list[Share]:
        """Return the bodies that leave no room; empty if there is some."""
        own = [share for share in self._shares if share.client == client]
        if _is_full(own, size, self.bounds.each_bodies, self.bounds.each_size):
            return own
        full = _is_full(self._shares, size, self.bounds.bodies, self.bounds.size)
        return self._shares if full else []

    def _lose_slowest(self, crowd: list[Share]) -> bool:
        """Revoke the share of the slowest body of the crowd; False: all are fast enough."""
        slow = [share for share in crowd if share.coming and self._pace(share) < PACE]
        if not slow:
            return False
        slowest = min(slow, key=self._pace)
        slowest.lost = True
        slowest.drop()
        self._shares.remove(slowest)
        return True

    def _pace(self, share: Share) -> float:
        """Return bytes a second; infinite for a body that has just begun."""
        seconds = self.clock() - share.since
        return share.came / seconds if seconds > self.bounds.patience else float("inf")


def _is_full(shares: list[Share], size: int, bodies: int, most: int) -> bool:
    """Return whether ``size`` more bytes do not fit beside those; a single body always fits."""
    return bool(shares) and (
        len(shares) >= bodies or sum(share.size for share in shares) + size > most
    )


def _refusal(own: bool) -> ApiError:
    kind = TooManyRequests if own else Unavailable
    return kind.until(RETRY_SECONDS)
