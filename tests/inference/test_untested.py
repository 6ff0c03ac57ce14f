"""An imported model is tested at once, beside the requests, and whatever happens meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeInsights, FakeLauncher, FakePredictor, archive, wait_until
from webapp import app as application
from webapp.errors import Unavailable
from webapp.inference import untested
from webapp.runs import evaluations, lifecycle, queries
from webapp.runs.signals import run_changed
from webapp.runs.weights import newest
from webapp.schemas.config import RunConfig
from webapp.settings import Settings

URL = "http://127.0.0.1:1"


class SlowPredictor(FakePredictor):
    """Answers once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()
        self.let.set()

    def ask(self, question: dict[str, Any], seconds: float = 0) -> dict[str, Any]:
        """As the other, but later."""
        self.let.wait(30)
        return super().ask(question, seconds)


@pytest.fixture
def predictor() -> SlowPredictor:
    return SlowPredictor()


@pytest.fixture
def app(settings: Settings, predictor: SlowPredictor) -> Iterator[Flask]:
    made = application.create_app(
        settings,
        launcher=FakeLauncher(),
        predictor=predictor,
        insight_worker=FakeInsights(),
    )
    made.testing = True
    migrate(made)
    with made.app_context():
        yield made
    close(made)


@pytest.fixture
def started(app: Flask, predictor: SlowPredictor) -> Iterator[Flask]:
    application.start(app, URL)
    yield app
    predictor.let.set()
    application.stop(app)


@pytest.fixture
def adopt(settings: Settings, config: dict[str, Any]) -> Callable[[], str]:
    """Takes in a model, as an upload does; the run's id."""

    def adopted() -> str:
        weights = Path(settings.data_dir, "weights.npz")
        weights.write_bytes(archive())
        return str(lifecycle.adopt(RunConfig.model_validate(config), 1, weights)["id"])

    return adopted


def result_of(run_id: str) -> Any:
    return queries.get(run_id)["test"]


def test_an_imported_run_is_tested_while_nobody_waits(
    started: Flask, adopt: Callable[[], str], predictor: SlowPredictor
) -> None:
    reported: list[Any] = []

    def receive(_app: object, run: dict[str, Any], urgent: bool) -> None:
        reported.append(run["test"])

    predictor.let.clear()
    with run_changed.connected_to(receive, started):
        run_id = adopt()
        assert result_of(run_id) is None, "the upload is answered before"
        predictor.let.set()
        wait_until(lambda: result_of(run_id))
        wait_until(lambda: len(reported) >= 2)
    assert reported == [None, result_of(run_id)] and reported[1]["accuracy"] is not None


def test_it_is_tested_after_a_restart(
    app: Flask, adopt: Callable[[], str], predictor: SlowPredictor
) -> None:
    never, half = adopt(), adopt()
    weights = newest(half)
    answer = predictor.ask({"ask": "evaluate", "model": weights.as_model()})
    evaluations._write(evaluations._file(weights), '{"loss": 0.25, "accuracy": 0.75}')
    asked = len(predictor.asked)
    application.start(app, URL)
    wait_until(lambda: result_of(never) and result_of(half))
    assert result_of(half) == {"loss": 0.25, "accuracy": 0.75}, "what is known is not asked again"
    assert result_of(never)["accuracy"] == answer["accuracy"]
    assert len(predictor.asked) == asked + 1
    application.stop(app)


def test_a_failure_does_no_harm_and_the_next_look_tries_again(
    started: Flask,
    adopt: Callable[[], str],
    predictor: SlowPredictor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    predictor.error = Unavailable()
    first = adopt()
    wait_until(lambda: predictor.asked and not untested.UNTESTED.get()._line)
    run = started.test_client().get(f"/api/runs/{first}").get_json()
    assert (run["status"], run["test"], len(predictor.asked)) == ("finished", None, 1)
    predictor.error = None
    second = adopt()
    wait_until(lambda: result_of(second))
    assert result_of(first) is None, "a look right after a failure costs nothing"
    untested.UNTESTED.get()._pause_until = 0.0
    opened = started.test_client().get(f"/api/runs/{first}/curve").get_json()
    assert opened["run"]["test"] is None
    wait_until(lambda: result_of(first))


def test_a_run_that_is_deleted_in_line_stops_nobody(
    started: Flask, adopt: Callable[[], str], predictor: SlowPredictor
) -> None:
    predictor.let.clear()
    _under_way, goes, stays = adopt(), adopt(), adopt()
    lifecycle.delete(goes)
    predictor.let.set()
    wait_until(lambda: result_of(stays))
    assert len(predictor.asked) == 2


def test_a_trained_run_is_left_alone(
    started: Flask, config: dict[str, Any], predictor: SlowPredictor
) -> None:
    run_id = lifecycle.create(RunConfig.model_validate(config), 1)["id"]
    started.test_client().get(f"/api/runs/{run_id}")
    assert not untested.UNTESTED.get()._line and predictor.asked == []


def test_the_end_does_not_wait_for_a_line(
    started: Flask, adopt: Callable[[], str], predictor: SlowPredictor
) -> None:
    predictor.let.clear()
    runs = [adopt() for _ in range(3)]
    line = untested.UNTESTED.get()
    line._closing.set()
    predictor.let.set()
    line.stop()
    assert [result_of(run_id) is not None for run_id in runs].count(True) <= 1
