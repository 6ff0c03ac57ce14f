"""The budget of bytes that bodies of requests share: how many may come in at once, and how large.

A body takes its share before it is read, by the length that the request announces, and gives it
back when the answer is made. One that finds no room waits a little. Where others wait, a body that
comes too slowly loses its share, so slow clients keep out no others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from webapp.errors import ApiError, TooManyRequests, Unavailable

PACE = 250_000
"""Bytes a second; a body that comes as fast as this on average keeps its share."""

MOST_WAITING = 100
"""Requests that wait for room at the same time."""

LOOK_SECONDS = 0.5
"""How often one that waits looks whether another has become too slow."""

RETRY_SECONDS = 5


@dataclass(frozen=True)
class Bounds:
    """How many bodies there are at once, and bytes of them, in all and of each client.

    One that finds no room waits ``wait`` seconds; a body is judged by its pace after ``patience``
    seconds.
    """

    bodies: int
    size: int
    each_bodies: int
    each_size: int
    wait: float
    patience: float


@dataclass(eq=False)
class Share:
    """What one body has of the budget: ``size`` bytes, of which ``came`` are there.

    ``drop`` throws away what has come; it is called where the share is lost.
    """

    client: str
    size: int
    since: float
    came: int = 0
    coming: bool = True
    lost: bool = False
    drop: Callable[[], object] = field(default=bool)

    def note(self, count: int) -> None:
        """Count bytes that have come. Raises Unavailable where the share is lost."""
        if self.lost:
            raise Unavailable.until(RETRY_SECONDS)
        self.came += count

    def end(self) -> None:
        """The whole body has come: it can lose its share no more. Raises as ``note``."""
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
        """A share for a body of so many bytes, waited for. Raises TooManyRequests where the
        client's other bodies leave no room, Unavailable where those of all leave none."""
        with self._changed:
            self._wait(client, size)
            share = Share(client, size, self.clock())
            self._shares.append(share)
            return share

    def give_back(self, share: Share) -> None:
        """The share is free for others; one that was lost is so already."""
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
        """Those that leave no room; nothing where there is some."""
        own = [share for share in self._shares if share.client == client]
        if _is_full(own, size, self.bounds.each_bodies, self.bounds.each_size):
            return own
        full = _is_full(self._shares, size, self.bounds.bodies, self.bounds.size)
        return self._shares if full else []

    def _lose_slowest(self, crowd: list[Share]) -> bool:
        """Take its share from the body of the crowd that comes slowest; False: all are in time."""
        slow = [share for share in crowd if share.coming and self._pace(share) < PACE]
        if not slow:
            return False
        slowest = min(slow, key=self._pace)
        slowest.lost = True
        slowest.drop()
        self._shares.remove(slowest)
        return True

    def _pace(self, share: Share) -> float:
        """Bytes a second; infinite for one that has just begun."""
        seconds = self.clock() - share.since
        return share.came / seconds if seconds > self.bounds.patience else float("inf")


def _is_full(shares: list[Share], size: int, bodies: int, most: int) -> bool:
    """Whether one more of ``size`` bytes has no room beside those; one alone always has."""
    return bool(shares) and (
        len(shares) >= bodies or sum(share.size for share in shares) + size > most
    )


def _refusal(own: bool) -> ApiError:
    kind = TooManyRequests if own else Unavailable
    return kind.until(RETRY_SECONDS)
