"""The places of views under way: each is free again, however its view ended."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.doubles import FakeInsights, wait_until
from webapp.errors import ApiError, InternalError, TooManyRequests, Unavailable
from webapp.inference import insights as module
from webapp.inference.insights import Insights, InsightWorker
from webapp.runs.weights import Weights
from webapp.schemas.insights import Arguments, MapArguments
from webapp.workers.on_demand import OnDemand

PLACES = 3


class Kept(Weights):
    """Weights of no run: nothing else of theirs is kept."""

    def kept(self) -> list[tuple[int, str]]:
        return []


@pytest.fixture(autouse=True)
def _few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_UNDER_WAY", PLACES)
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.0)


@pytest.fixture
def worker() -> FakeInsights:
    return FakeInsights()


@pytest.fixture
def insights(worker: FakeInsights) -> Insights:
    return Insights(worker)


@pytest.fixture
def ask(insights: Insights, tmp_path: Path) -> Callable[..., bytes | None]:
    """Asks for the view of a run by its number."""

    def asked(
        number: int, seconds: float = 0.0, client: str | None = None, **arguments: Any
    ) -> bytes | None:
        path = tmp_path / f"run{number}" / "checkpoints" / "1-1.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        weights = Kept(f"r{number}", 1, path, f"r{number}.1", {}, "finished", f"r{number}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "WAIT_SECONDS", seconds)
            name, kind = ("map", MapArguments) if arguments else ("tested", Arguments)
            asked = kind.model_validate(arguments)
            return insights.view(weights, name, asked, f"{number}" if client is None else client)

    return asked


Ask = Callable[..., bytes | None]


def all_done(insights: Insights) -> bool:
    """Whether no view is being computed."""
    return all(job.done.is_set() for job in list(insights._jobs.values()))


def fail(insights: Insights, worker: FakeInsights, ask: Ask, number: int, error: Any) -> None:
    """A view that fails after its client has disconnected."""
    worker.error = error
    worker.free.clear()
    assert ask(number) is None
    worker.free.set()
    wait_until(lambda: all_done(insights))
    worker.error = None


def test_failures_that_nobody_asks_for_again_take_no_place(
    insights: Insights, worker: FakeInsights, ask: Ask
) -> None:
    for number in range(PLACES + 2):
        fail(insights, worker, ask, number, InternalError("odd"))
    assert ask(100, 10) is not None


def test_a_failure_is_reported_once_to_who_asks_next(
    insights: Insights, worker: FakeInsights, ask: Ask
) -> None:
    fail(insights, worker, ask, 1, InternalError("odd"))
    with pytest.raises(ApiError) as reported:
        ask(1)
    assert reported.value.code == "odd"
    assert ask(1, 10) is not None, "then it is tried again"


def test_an_old_failure_is_reported_to_nobody(
    insights: Insights, worker: FakeInsights, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(insights, worker, ask, 1, InternalError("odd"))
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + module.FAILURE_SECONDS + 1)
    assert ask(1, 10) is not None


def test_failures_do_not_gather(insights: Insights, worker: FakeInsights, ask: Ask) -> None:
    for number in range(module.MAX_FAILURES + 5):
        fail(insights, worker, ask, number, InternalError("odd"))
    assert len(insights._failures) == module.MAX_FAILURES


def test_a_fault_of_ours_is_a_failure_too(
    insights: Insights, worker: FakeInsights, ask: Ask
) -> None:
    fail(insights, worker, ask, 1, RuntimeError("out of order"))
    with pytest.raises(InternalError):
        ask(1)


def test_a_thread_that_cannot_be_started_takes_no_place(
    insights: Insights, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        for number in range(PLACES + 1):
            with pytest.raises(RuntimeError):
                ask(number)
    assert ask(1, 10) is not None


TSNE = {"method": "tsne"}


def test_one_who_asks_for_much_leaves_places_for_others(
    insights: Insights, worker: FakeInsights, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_UNDER_WAY", 2 * module.MAX_OF_ONE)
    worker.free.clear()
    for layer in range(32):
        assert ask(1, client="ann", layer=layer, **TSNE) is None
    assert ask(2, client="ben", layer=1, **TSNE) is None
    assert ask(3, client="ben") is None
    assert len(insights._jobs) == module.MAX_OF_ONE + 2
    wait_until(lambda: len(worker.asked) == 2)
    views = [(one["view"], one["arguments"].get("layer")) for one in worker.asked]
    assert sorted(views, key=str) == [("map", 0), ("tested", None)], "one of each kind at a time"
    worker.free.set()
    wait_until(lambda: all_done(insights))
    layers = [one["arguments"]["layer"] for one in worker.asked if one["view"] == "map"]
    assert layers == [0, 1, 1, 2, 3], "ben's comes second"
    assert ask(1, 10, client="ann", layer=31, **TSNE) is not None, "then the next ones are begun"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[OnDemand]:
    """The insight worker itself, which the first question starts."""
    made = OnDemand(lambda: InsightWorker(tmp_path))
    yield made
    made.stop()


def test_views_of_a_worker_that_is_killed_take_no_place(
    real: OnDemand, insights: Insights, worker: FakeInsights, ask: Ask
) -> None:
    insights.worker = real
    for number in range(PLACES):
        assert ask(number) is None
    with pytest.raises(TooManyRequests) as full:
        ask(PLACES)
    assert full.value.seconds == module.AGAIN_SECONDS

    killed: set[int] = set()

    def all_failed() -> bool:
        """Kill each worker that comes: a question is asked of two at most."""
        for pid in real.pids():
            if pid not in killed:
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
        return all_done(insights)

    wait_until(all_failed, 60)
    insights.worker = worker
    assert ask(PLACES, 10) is not None
    with pytest.raises(Unavailable) as reported:
        ask(0)
    assert reported.value.code == "insight_unavailable"
