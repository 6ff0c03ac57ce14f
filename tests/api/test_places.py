"""Places for bodies: how many, how many bytes, of whom, and who loses one."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from webapp.api.places import PACE, Bounds, Place, Places
from webapp.errors import TooManyRequests, Unavailable

BOUNDS = Bounds(places=4, size=100, each_places=2, each_size=60, wait=0, patience=10)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_client_has_so_many_and_so_much() -> None:
    places = Places(BOUNDS)
    first = places.take("a", 10)
    places.take("a", 10)
    with pytest.raises(TooManyRequests) as refused:
        places.take("a", 1)
    assert refused.value.seconds and refused.value.headers["Retry-After"]
    places.give_back(first)
    with pytest.raises(TooManyRequests):
        places.take("a", 51)
    places.take("a", 50)


def test_all_have_so_many_and_so_much() -> None:
    places = Places(BOUNDS)
    kept = [places.take(client, 30) for client in "abc"]
    with pytest.raises(Unavailable) as refused:
        places.take("d", 11)
    assert refused.value.seconds
    places.take("d", 10)
    with pytest.raises(Unavailable):
        places.take("e", 0)
    places.give_back(kept[0])
    places.take("e", 30)


def test_a_body_larger_than_all_places_has_one_alone() -> None:
    """Its route's limit has judged it already."""
    places = Places(BOUNDS)
    with places.place("a", 1000):
        with pytest.raises(Unavailable):
            places.take("b", 1)
    places.take("b", 1)


def test_a_place_is_given_back_after_a_fault() -> None:
    places = Places(replace(BOUNDS, places=1))
    with pytest.raises(RuntimeError), places.place("a", 1):
        raise RuntimeError
    places.take("b", 1)


def test_one_that_waits_gets_the_next_place() -> None:
    places = Places(replace(BOUNDS, places=1, wait=30))
    taken = places.take("a", 1)
    got: list[Place] = []
    waits = threading.Thread(target=lambda: got.append(places.take("b", 1)))
    waits.start()
    places.give_back(taken)
    waits.join(10)
    assert [place.client for place in got] == ["b"]


def test_the_slowest_loses_its_place_to_one_that_waits() -> None:
    clock = Clock()
    places = Places(replace(BOUNDS, places=3), clock)
    quick, slow, slowest = (places.take(client, 1) for client in "abc")
    dropped: list[bool] = []
    slowest.drop = lambda: dropped.append(True)
    clock.now = BOUNDS.patience + 1
    quick.note(PACE * 12)
    slow.note(1000)
    slowest.note(1)
    places.take("d", 1)
    assert slowest.lost and dropped == [True]
    with pytest.raises(Unavailable):
        slowest.note(1)
    with pytest.raises(Unavailable):
        slowest.end()
    places.take("e", 1)
    assert slow.lost and not quick.lost
    with pytest.raises(Unavailable):
        places.take("f", 1)
    places.give_back(slowest)


def test_one_that_has_come_or_has_just_begun_keeps_its_place() -> None:
    clock = Clock()
    places = Places(replace(BOUNDS, places=2), clock)
    here = places.take("a", 1)
    here.end()
    clock.now = BOUNDS.patience + 1
    begun = places.take("b", 1)
    with pytest.raises(Unavailable):
        places.take("c", 1)
    assert not here.lost and not begun.lost


def test_a_client_makes_room_for_itself_only_from_its_own() -> None:
    clock = Clock()
    places = Places(BOUNDS, clock)
    other = places.take("other", 1)
    own = [places.take("a", 1) for _ in range(2)]
    clock.now = BOUNDS.patience + 1
    own[0].note(10)
    places.take("a", 1)
    assert [place.lost for place in (other, *own)] == [False, False, True]
