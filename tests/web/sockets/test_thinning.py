"""Values are thinned: the first at once, the last always, those between as the interval allows."""

from __future__ import annotations

import pytest

from tests.fakes.doubles import wait_until
from webapp.web.sockets.thinning import Pacer, Throttle


def test_the_first_and_the_last_are_handed_on() -> None:
    got: list[int] = []
    thinner: Throttle[int] = Throttle(got.append, interval=0.05)
    for value in range(100):
        thinner.put("run", value)
    wait_until(lambda: got[-1] == 99)
    assert got[0] == 0 and len(got) < 50


def test_what_is_urgent_goes_at_once_and_nothing_older_after_it() -> None:
    got: list[int] = []
    thinner: Throttle[int] = Throttle(got.append, interval=0.02)
    thinner.put("run", 1)
    thinner.put("run", 2)
    thinner.put("run", 3, urgent=True)
    thinner.put("other", 9)
    assert got == [1, 3, 9]
    thinner.put("other", 10)
    wait_until(lambda: got[-1] == 10)
    assert got == [1, 3, 9, 10]


def test_what_is_dropped_is_never_handed_on() -> None:
    got: list[int] = []
    thinner: Throttle[int] = Throttle(got.append, interval=0.02)
    for value in (1, 2, 3):
        thinner.put("gone", value)
    thinner.drop("gone")
    for value in (4, 5, 6):
        thinner.put("other", value)
    wait_until(lambda: got[-1] == 6)
    assert got == [1, 4, 6]


def test_the_table_of_keys_stays_small() -> None:
    thinner: Throttle[int] = Throttle(lambda value: None, interval=0.0)
    for key in range(3000):
        thinner.put(str(key), key)
    assert len(thinner._last) <= 1001


class Outlet:
    """What a pacer hands on to; the rest after each value is as long as the test wants."""

    def __init__(self) -> None:
        self.got: list[tuple[str, int]] = []
        self.rest = 60.0

    def take(self, value: tuple[str, int]) -> float:
        self.got.append(value)
        return self.rest


def test_a_pacer_rests_after_each_value_and_keeps_the_newest_of_a_key() -> None:
    outlet = Outlet()
    pacer = Pacer(outlet.take)
    outlet.rest = 0.05
    for number in range(50):
        for key in "abc":
            pacer.put(key, (key, number))
    wait_until(lambda: len(outlet.got) >= 4)
    assert outlet.got == [("a", 0), ("b", 49), ("c", 49), ("a", 49)], "each key has its turn"


def test_a_pacer_hands_on_at_once_what_is_urgent_and_nothing_older_after_it() -> None:
    outlet = Outlet()
    pacer = Pacer(outlet.take)
    pacer.put("a", ("a", 1))
    pacer.put("b", ("b", 1))
    pacer.put("b", ("b", 2), urgent=True)
    assert outlet.got == [("a", 1), ("b", 2)]
    assert not pacer._waiting


def test_a_pacer_hands_on_nothing_that_is_dropped() -> None:
    outlet = Outlet()
    outlet.rest = 0.05
    pacer = Pacer(outlet.take)
    for key in "abc":
        pacer.put(key, (key, 1))
    pacer.drop("b")
    wait_until(lambda: len(outlet.got) == 2)
    assert outlet.got == [("a", 1), ("c", 1)]


def test_a_pacer_goes_on_after_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    got: list[int] = []

    def take(value: int) -> float:
        if value == 2:
            raise OSError("no room")
        got.append(value)
        return 0.01

    pacer = Pacer(take)
    for key, value in zip("abc", (1, 2, 3), strict=True):
        pacer.put(key, value)
    wait_until(lambda: got == [1, 3])
    assert "Could not deliver" in caplog.text
