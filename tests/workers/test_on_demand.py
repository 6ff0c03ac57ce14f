"""A worker that is there only while somebody asks, with a real process."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.answers import view
from tests.fakes.doubles import wait_until
from webapp.errors import Unavailable
from webapp.inference.insights import InsightWorker
from webapp.workers.on_demand import OnDemand

FAKE = Path(__file__).parent.parent / "fakes" / "predict_worker.py"


@pytest.fixture
def on_demand(tmp_path: Path) -> Iterator[OnDemand]:
    made = OnDemand(
        lambda: InsightWorker(tmp_path, command=[sys.executable, str(FAKE)]), idle_seconds=0.05
    )
    yield made
    made.stop()


def question(tmp_path: Path, key: str = "m") -> dict[str, Any]:
    model = {"key": key, "epoch": 3}
    return {"ask": "view", "view": "map", "model": model, "path": str(tmp_path / f"{key}.json")}


def test_it_starts_when_it_is_asked_and_ends_when_idle(on_demand: OnDemand, tmp_path: Path) -> None:
    assert on_demand.pids() == []
    assert on_demand.ask(question(tmp_path), 10) == {}
    assert json.loads((tmp_path / "m.json").read_text()) == view(3, 1)
    wait_until(lambda: on_demand.pids() == [])
    assert on_demand.ask(question(tmp_path, "n"), 10) == {}, "it comes again"


def test_it_does_not_end_under_a_question(on_demand: OnDemand, tmp_path: Path) -> None:
    """A question of four times the idle time, while others come and go."""
    slow = {"ask": "predict", "model": {"key": "slow"}, "images": "AAAA"}
    answers: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: answers.append(on_demand.ask(slow, 10)))
    asking.start()
    on_demand.ask(question(tmp_path), 10)
    (pid,) = on_demand.pids()
    asking.join()
    assert len(answers) == 1
    assert on_demand.pids() in ([pid], []), "the same process, or it is idle since"


def test_a_worker_that_dies_is_asked_again(on_demand: OnDemand, tmp_path: Path) -> None:
    assert on_demand.ask(question(tmp_path, "die-once"), 10) == {}


def test_after_its_stop_it_cannot_be_had(on_demand: OnDemand, tmp_path: Path) -> None:
    on_demand.ask(question(tmp_path), 10)
    on_demand.stop()
    assert on_demand.pids() == []
    with pytest.raises(Unavailable):
        on_demand.ask(question(tmp_path), 10)


def test_one_that_could_not_be_made_is_not_waited_for(tmp_path: Path) -> None:
    """Else it would count as asked for ever, and a later one would never end."""
    makes: list[OSError | InsightWorker] = [
        OSError("no"),
        InsightWorker(tmp_path, command=[sys.executable, str(FAKE)]),
    ]

    def make() -> InsightWorker:
        made = makes.pop(0)
        if isinstance(made, OSError):
            raise made
        return made

    made = OnDemand(make, idle_seconds=0.05)
    with pytest.raises(OSError, match="no"):
        made.ask(question(tmp_path), 10)
    made.ask(question(tmp_path), 10)
    wait_until(lambda: made.pids() == [])
    made.stop()


def test_each_worker_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """One that is idle may still end while the next begins, and takes its folder along."""
    first, second = (InsightWorker(tmp_path, command=[sys.executable, str(FAKE)]) for _ in range(2))
    for worker in (first, second):
        worker.start()
        worker.ask(question(tmp_path), 10)
    assert len(list((tmp_path / "scratch").iterdir())) == 2
    first.stop()
    assert len(list((tmp_path / "scratch").iterdir())) == 1
    second.stop()
    assert not (tmp_path / "scratch").exists()
