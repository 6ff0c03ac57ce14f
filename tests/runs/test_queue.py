"""The order of the queue: fair, the same for all who ask, fast; and how long each waits."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from webapp.runs.queue import UNKNOWN, Waiting, order, waits

owners = st.sampled_from(["ann", "ben", "cho", "dan", None])
times = st.integers(0, 20)
queues = st.lists(st.tuples(owners, times), max_size=30).map(
    lambda pairs: [Waiting(number, *pair) for number, pair in enumerate(pairs, start=1)]
)
counts = st.dictionaries(owners, st.integers(0, 3))
served = st.dictionaries(owners, times)

NOW = 100
"""After all the times above."""


def in_order(runs: list[Waiting]) -> list[int]:
    """The numbers by age."""
    return [run.number for run in sorted(runs, key=lambda run: (run.queued_at, run.number))]


def test_many_runs_of_one_let_the_next_one_pass() -> None:
    many = [Waiting(number, "ann", number) for number in range(1, 6)]
    late = [Waiting(6, "ben", 6), Waiting(7, "ben", 7)]
    assert order(many + late, {}, {}) == [1, 6, 2, 7, 3, 4, 5]
    assert order(many + late, {"ann": 1}, {"ann": 0}) == [6, 1, 7, 2, 3, 4, 5]


def test_who_has_fewest_at_work_is_next() -> None:
    runs = [Waiting(1, "ann", 1), Waiting(2, "ben", 2), Waiting(3, "cho", 3)]
    assert order(runs, {"ann": 2, "ben": 1}, {}) == [3, 2, 1]


def test_among_equals_who_was_served_longest_ago_is_next() -> None:
    runs = [Waiting(1, "ann", 1), Waiting(2, "ben", 2), Waiting(3, "cho", 3)]
    assert order(runs, {}, {"ann": 9, "ben": 8}) == [3, 2, 1]


def test_a_run_whose_worker_died_is_first() -> None:
    runs = [Waiting(1, "ann", 5), Waiting(2, "ben", 6), Waiting(3, "ann", 0)]
    assert order(runs, {"ann": 1}, {}) == [3, 2, 1]


@given(queues, counts, served)
def test_every_run_has_one_place(
    runs: list[Waiting], at_work: dict[str | None, int], last: dict[str | None, int]
) -> None:
    assert sorted(order(runs, at_work, last)) == [run.number for run in runs]


@given(queues, counts, served)
def test_an_owners_runs_keep_their_order(
    runs: list[Waiting], at_work: dict[str | None, int], last: dict[str | None, int]
) -> None:
    places = order(runs, at_work, last)
    for owner in {run.owner for run in runs}:
        own = [run for run in runs if run.owner == owner]
        assert [number for number in places if number in {run.number for run in own}] == in_order(
            own
        )


@given(st.lists(times, max_size=30), st.integers(0, 3), st.integers(0, 20))
def test_one_alone_is_first_come_first_served(ages: list[int], busy: int, last: int) -> None:
    runs = [Waiting(number, "ann", at) for number, at in enumerate(ages, start=1)]
    assert order(runs, {"ann": busy}, {"ann": last}) == in_order(runs)


@given(queues, counts, served)
@example(  # two runs of one owner before all others: whoever is served next stands behind them
    [
        Waiting(1, "ben", 1),
        Waiting(2, "ben", 0),
        Waiting(3, "ben", 0),
        Waiting(4, "cho", 3),
        Waiting(5, "cho", 2),
    ],
    {"cho": 1},
    {},
)
def test_what_is_reported_is_what_happens(
    runs: list[Waiting], at_work: dict[str | None, int], last: dict[str | None, int]
) -> None:
    """Each start takes the first and moves the others up by one."""
    result = order(runs, at_work, last)
    left, busy, now = {run.number: run for run in runs}, Counter(at_work), NOW
    latest = dict(last)
    started = []
    while left:
        number = order(left.values(), busy, latest)[0]
        started.append(number)
        owner = left.pop(number).owner
        busy[owner] += 1
        now += 1
        latest[owner] = now
    assert started == result


@dataclass
class Hall:
    """Places and runs as the scheduler has them; ``now`` counts the moments."""

    now: int = NOW
    number: int = 0
    waiting: dict[int, Waiting] = field(default_factory=dict)
    working: list[str | None] = field(default_factory=list)
    latest: dict[str | None, int] = field(default_factory=dict)

    def queue(self, owner: str | None) -> int:
        """A new run of the owner's; its number."""
        self.number += 1
        self.waiting[self.number] = Waiting(self.number, owner, self.now)
        return self.number

    def start(self) -> Waiting:
        """Start the next run."""
        self.now += 1
        next_one = order(self.waiting.values(), Counter(self.working), self.latest)[0]
        run = self.waiting.pop(next_one)
        self.working.append(run.owner)
        self.latest[run.owner] = self.now
        return run


@given(st.integers(1, 4), st.lists(owners, max_size=12), st.data())
def test_nobody_starves(places: int, early: list[str | None], data: st.DataObject) -> None:
    """Whatever ends when, and though each who is served queues again and new ones come all the
    time, everyone who waits is served at most once before one who has nothing at work."""
    hall = Hall()
    for owner in early:
        hall.queue(owner)
    for _ in range(min(places, len(early))):
        hall.start()
    patient = hall.queue("me")
    before: list[str | None] = []
    others = {run.owner for run in hall.waiting.values()} - {"me"}
    while patient in hall.waiting:
        if len(hall.working) == places:
            hall.working.pop(data.draw(st.integers(0, places - 1)))
        run = hall.start()
        hall.queue(run.owner)
        hall.queue(f"new {hall.now}")
        before += [run.owner] * (run.owner != "me")
    assert len(before) == len(set(before)) and set(before) <= others


def test_a_thousand_runs_are_ordered_in_a_blink() -> None:
    runs = [Waiting(number, f"owner {number % 60}", number) for number in range(1, 1001)]
    taken = []
    for _ in range(5):
        began = time.process_time()
        order(runs, {"owner 1": 1}, {"owner 1": 5})
        taken.append(time.process_time() - began)
    assert min(taken) < 0.02


# --- how long each waits


def test_runs_wait_for_those_ahead() -> None:
    assert waits([10, 20, 5], [7], 1) == [7, 17, 37]
    assert waits([10, 20, 5], [7, 3], 2) == [3, 7, 13]


def test_a_free_place_is_taken_at_once() -> None:
    assert waits([10, 20], [], 1) == [0, 10]
    assert waits([10, 20, 5], [7], 2) == [0, 7, 10]


def test_more_at_work_than_there_are_places() -> None:
    assert waits([1, 1], [5, 9, 7], 1) == [9, 10]


def test_what_is_unknown_makes_unknown_what_needs_it() -> None:
    assert waits([10, UNKNOWN, 5, 5], [7], 1) == [7, 17, UNKNOWN, UNKNOWN]
    assert waits([10, 10], [UNKNOWN], 1) == [UNKNOWN, UNKNOWN]
    assert waits([10, 10], [UNKNOWN, 4], 2) == [4, 14]


seconds = st.one_of(st.floats(0, 1000), st.just(UNKNOWN))


@given(st.lists(seconds, max_size=20), st.lists(seconds, max_size=5), st.integers(1, 4))
def test_each_starts_as_soon_as_there_is_a_place(
    lasts: list[float], ends: list[float], places: int
) -> None:
    found = waits(lasts, ends, places)
    assert len(found) == len(lasts) and found == sorted(found)
    until = list(ends)
    for start, last in zip(found, lasts, strict=True):
        assert start == UNKNOWN or sum(end > start for end in until) < places
        assert start == 0 or sum(end >= start for end in until) >= places
        until.append(start + last)
