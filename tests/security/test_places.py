"""Places shared fairly: every client has its turn, and no place is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.fakes.doubles import wait_until
from webapp.errors import TooManyRequests, Unavailable
from webapp.security import places as module
from webapp.security.places import Places


@pytest.fixture
def places() -> Places:
    return Places(1)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(50) as made:
        yield made


Ask = Callable[[str], Future[None]]


@pytest.fixture
def served() -> list[str]:
    """Who had a place, in order."""
    return []


@pytest.fixture
def ask(places: Places, pool: ThreadPoolExecutor, served: list[str]) -> Ask:
    """Asks for a place in a thread, and stands in line when this returns."""

    def wait(client: str) -> None:
        with places.of(client):
            served.append(client)

    def asked(client: str) -> Future[None]:
        before = waiting(places)
        future = pool.submit(wait, client)
        wait_until(lambda: waiting(places) > before)
        return future

    return asked


def waiting(places: Places) -> int:
    return sum(map(len, places._waiting.values()))


def is_idle(places: Places) -> bool:
    """Whether nothing is remembered of anybody."""
    return places._free == 1 and not places._taken and not places._waiting


def test_one_who_asks_for_much_lets_the_others_pass(
    places: Places, ask: Ask, served: list[str]
) -> None:
    with places.of("ann"):
        asked = [ask("ann") for _ in range(5)] + [ask("ben"), ask("cho"), ask("ben")]
    for one in asked:
        one.result(10)
    assert served == ["ben", "cho", "ann", "ben", "ann", "ann", "ann", "ann"]
    assert is_idle(places)


def test_several_at_once(pool: ThreadPoolExecutor) -> None:
    places, all_there = Places(3), threading.Barrier(3)

    def wait() -> None:
        with places.of("ann"):
            all_there.wait(10)

    for one in [pool.submit(wait) for _ in range(3)]:
        one.result(10)


def test_too_many_of_one_are_refused(
    places: Places, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    with places.of("ann"):
        asked = [ask("ann"), ask("ann")]
        with pytest.raises(TooManyRequests) as refused, places.of("ann"):
            pass
        assert refused.value.as_json()["error"]["retry_after"] == module.AGAIN_SECONDS
        asked.append(ask("ben"))
    for one in asked:
        one.result(10)
    assert is_idle(places)


def test_who_waits_too_long_leaves_the_line(places: Places) -> None:
    with places.of("ann"):
        with pytest.raises(Unavailable), places.of("ben", 0.01):
            pass
        assert not places._waiting
    assert is_idle(places)


def test_a_place_that_comes_too_late_goes_on(places: Places, ask: Ask, served: list[str]) -> None:
    turn = places._ask("ann")
    late = places._ask("ben")
    asked = ask("cho")
    assert turn.is_set()
    with places._lock:
        places._pass_on("ann")
    assert late.is_set(), "it has come, but ben has just given up"
    places._leave("ben", late)
    asked.result(10)
    assert served == ["cho"] and is_idle(places)


def test_what_goes_wrong_takes_no_place(places: Places) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), places.of("ann"):
            raise ZeroDivisionError
    assert is_idle(places)
