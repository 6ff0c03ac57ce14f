"""Places for bodies: how many may come in at once, and how many bytes of them.

A place is taken before a body is read, by the length that the request announces, and given back
when the answer is made. Who finds none waits a little. Where others wait, a body that comes too
slowly loses its place, so slow clients keep out no others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from webapp.errors import ApiError, TooManyRequests, Unavailable

PACE = 250_000
"""Bytes a second; a body that comes as fast as this on average keeps its place."""

MOST_WAITING = 100
"""Requests that wait for a place at the same time."""

LOOK_SECONDS = 0.5
"""How often one that waits looks whether another has become too slow."""

RETRY_SECONDS = 5


@dataclass(frozen=True)
class Bounds:
    """How many places there are, and bytes of all bodies, in all and for each client.

    One that finds no room waits ``wait`` seconds; a body is judged by its pace after ``patience``
    seconds.
    """

    places: int
    size: int
    each_places: int
    each_size: int
    wait: float
    patience: float


@dataclass(eq=False)
class Place:
    """The place of one body of ``size`` bytes, of which ``came`` are there.

    ``drop`` throws away what has come; it is called where the place is lost.
    """

    client: str
    size: int
    since: float
    came: int = 0
    coming: bool = True
    lost: bool = False
    drop: Callable[[], object] = field(default=bool)

    def note(self, count: int) -> None:
        """Count bytes that have come. Raises Unavailable where the place is lost."""
        if self.lost:
            raise Unavailable.until(RETRY_SECONDS)
        self.came += count

    def end(self) -> None:
        """The whole body has come: it can lose its place no more. Raises as ``note``."""
        self.note(0)
        self.coming = False


class Places:
    """All places of one kind."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        self.bounds, self.clock = bounds, clock
        self._taken: list[Place] = []
        self._waiting = 0
        self._changed = threading.Condition()

    @contextmanager
    def place(self, client: str, size: int) -> Iterator[Place]:
        """A place for a body of the client, kept until the end of the block. Raises as ``take``."""
        place = self.take(client, size)
        try:
            yield place
        finally:
            self.give_back(place)

    def take(self, client: str, size: int) -> Place:
        """A place, waited for. Raises TooManyRequests for a client that has all of its own in use,
        Unavailable where all there are are in use."""
        with self._changed:
            self._wait(client, size)
            place = Place(client, size, self.clock())
            self._taken.append(place)
            return place

    def give_back(self, place: Place) -> None:
        """The place is free for others; one that was lost is so already."""
        with self._changed:
            if place in self._taken:
                self._taken.remove(place)
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
                    raise _refusal(crowd is not self._taken)
                self._changed.wait(min(left, LOOK_SECONDS))
        finally:
            self._waiting -= 1

    def _crowd(self, client: str, size: int) -> list[Place]:
        """Those who leave no room; nothing where there is some."""
        own = [place for place in self._taken if place.client == client]
        if _is_full(own, size, self.bounds.each_places, self.bounds.each_size):
            return own
        full = _is_full(self._taken, size, self.bounds.places, self.bounds.size)
        return self._taken if full else []

    def _lose_slowest(self, crowd: list[Place]) -> bool:
        """Take its place from the body of the crowd that comes slowest; False: all are in time."""
        slow = [place for place in crowd if place.coming and self._pace(place) < PACE]
        if not slow:
            return False
        slowest = min(slow, key=self._pace)
        slowest.lost = True
        slowest.drop()
        self._taken.remove(slowest)
        return True

    def _pace(self, place: Place) -> float:
        """Bytes a second; infinite for one that has just begun."""
        seconds = self.clock() - place.since
        return place.came / seconds if seconds > self.bounds.patience else float("inf")


def _is_full(taken: list[Place], size: int, places: int, most: int) -> bool:
    """Whether one more of ``size`` bytes has no room beside those; one alone always has."""
    return bool(taken) and (
        len(taken) >= places or sum(place.size for place in taken) + size > most
    )


def _refusal(own: bool) -> ApiError:
    kind = TooManyRequests if own else Unavailable
    return kind.until(RETRY_SECONDS)
