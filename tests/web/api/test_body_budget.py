"""The budget of bodies: how many, how many bytes, of whom, and who loses a share."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from webapp.errors import TooManyRequests, Unavailable
from webapp.http_errors import headers_of
from webapp.web.api.body_budget import PACE, BodyBudget, Bounds, Share

BOUNDS = Bounds(bodies=4, size=100, each_bodies=2, each_size=60, wait=0, patience=10)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_client_has_so_many_and_so_much() -> None:
    budget = BodyBudget(BOUNDS)
    first = budget.take("a", 10)
    budget.take("a", 10)
    with pytest.raises(TooManyRequests) as refused:
        budget.take("a", 1)
    assert refused.value.seconds and headers_of(refused.value)["Retry-After"]
    budget.give_back(first)
    with pytest.raises(TooManyRequests):
        budget.take("a", 51)
    budget.take("a", 50)


def test_all_have_so_many_and_so_much() -> None:
    budget = BodyBudget(BOUNDS)
    kept = [budget.take(client, 30) for client in "abc"]
    with pytest.raises(Unavailable) as refused:
        budget.take("d", 11)
    assert refused.value.seconds
    budget.take("d", 10)
    with pytest.raises(Unavailable):
        budget.take("e", 0)
    budget.give_back(kept[0])
    budget.take("e", 30)


def test_a_body_larger_than_the_budget_comes_alone() -> None:
    """Its route's limit has judged it already."""
    budget = BodyBudget(BOUNDS)
    large = budget.take("a", 1000)
    with pytest.raises(Unavailable):
        budget.take("b", 1)
    budget.give_back(large)
    budget.take("b", 1)


def test_one_that_waits_comes_next() -> None:
    budget = BodyBudget(replace(BOUNDS, bodies=1, wait=30))
    taken = budget.take("a", 1)
    got: list[Share] = []
    waits = threading.Thread(target=lambda: got.append(budget.take("b", 1)))
    waits.start()
    budget.give_back(taken)
    waits.join(10)
    assert [share.client for share in got] == ["b"]


def test_the_slowest_loses_its_share_to_one_that_waits() -> None:
    clock = Clock()
    budget = BodyBudget(replace(BOUNDS, bodies=3), clock)
    quick, slow, slowest = (budget.take(client, 1) for client in "abc")
    dropped: list[bool] = []
    slowest.drop = lambda: dropped.append(True)
    clock.now = BOUNDS.patience + 1
    quick.note(PACE * 12)
    slow.note(1000)
    slowest.note(1)
    budget.take("d", 1)
    assert slowest.lost and dropped == [True]
    with pytest.raises(Unavailable):
        slowest.note(1)
    with pytest.raises(Unavailable):
        slowest.end()
    budget.take("e", 1)
    assert slow.lost and not quick.lost
    with pytest.raises(Unavailable):
        budget.take("f", 1)
    budget.give_back(slowest)


def test_one_that_has_come_or_has_just_begun_keeps_its_share() -> None:
    clock = Clock()
    budget = BodyBudget(replace(BOUNDS, bodies=2), clock)
    here = budget.take("a", 1)
    here.end()
    clock.now = BOUNDS.patience + 1
    begun = budget.take("b", 1)
    with pytest.raises(Unavailable):
        budget.take("c", 1)
    assert not here.lost and not begun.lost


def test_a_client_makes_room_for_itself_only_from_its_own() -> None:
    clock = Clock()
    budget = BodyBudget(BOUNDS, clock)
    other = budget.take("other", 1)
    own = [budget.take("a", 1) for _ in range(2)]
    clock.now = BOUNDS.patience + 1
    own[0].note(10)
    budget.take("a", 1)
    assert [share.lost for share in (other, *own)] == [False, False, True]
