"""Values are thinned: the first at once, the last always, those between as the interval allows."""

from __future__ import annotations

from tests.fakes.doubles import wait_until
from webapp.thinning import Thinner


def test_the_first_and_the_last_are_handed_on() -> None:
    got: list[int] = []
    thinner: Thinner[int] = Thinner(got.append, interval=0.05)
    for value in range(100):
        thinner.put("run", value)
    wait_until(lambda: got[-1] == 99)
    assert got[0] == 0 and len(got) < 50


def test_what_is_hasty_goes_at_once_and_nothing_older_after_it() -> None:
    got: list[int] = []
    thinner: Thinner[int] = Thinner(got.append, interval=0.02)
    thinner.put("run", 1)
    thinner.put("run", 2)
    thinner.put("run", 3, hasty=True)
    thinner.put("other", 9)
    assert got == [1, 3, 9]
    thinner.put("other", 10)
    wait_until(lambda: got[-1] == 10)
    assert got == [1, 3, 9, 10]


def test_what_is_dropped_is_never_handed_on() -> None:
    got: list[int] = []
    thinner: Thinner[int] = Thinner(got.append, interval=0.02)
    for value in (1, 2, 3):
        thinner.put("gone", value)
    thinner.drop("gone")
    for value in (4, 5, 6):
        thinner.put("other", value)
    wait_until(lambda: got[-1] == 6)
    assert got == [1, 4, 6]


def test_the_table_of_keys_stays_small() -> None:
    thinner: Thinner[int] = Thinner(lambda value: None, interval=0.0)
    for key in range(3000):
        thinner.put(str(key), key)
    assert len(thinner._last) <= 1001
