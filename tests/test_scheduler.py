"""The queue, and what becomes of runs whose worker is gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor, Worker, batch_item, wait_until
from webapp import scheduler as module
from webapp.app import create_app
from webapp.configuration.memory import OVER
from webapp.database import AttemptRow, writing
from webapp.errors import Conflict
from webapp.runs import control, lifecycle, queries, recording, recovery
from webapp.scheduler import SCHEDULER, Scheduler
from webapp.schemas.config import RunConfig
from webapp.schemas.sentences import Sentence
from webapp.schemas.worker import Assignment, Report
from webapp.settings import Settings

URL = "http://127.0.0.1:8000"


@pytest.fixture
def launcher() -> FakeLauncher:
    return FakeLauncher()


@pytest.fixture
def app(settings: Settings, launcher: FakeLauncher) -> Iterator[Flask]:
    made = create_app(settings, launcher=launcher, predictor=FakePredictor())
    migrate(made)
    with made.app_context():
        yield made
    close(made)


@pytest.fixture
def scheduler(app: Flask) -> Iterator[Scheduler]:
    """The application's scheduler, started; it is ended with the test."""
    made = SCHEDULER.get(app)
    made.start(URL)
    yield made
    made.stop(patience=0.1)


@pytest.fixture
def create(config: dict[str, Any]) -> Any:
    return lambda: lifecycle.create(RunConfig.model_validate(config), 1)["id"]


def status(run_id: str) -> str:
    return str(queries.get(run_id)["status"])


def is_starting(run_id: str) -> bool:
    return status(run_id) == "starting"


def finish(assignment: Assignment) -> None:
    """Play the worker of an assignment to its end."""
    worker = Worker.__new__(Worker)
    worker.run_id, worker.attempt, worker.token = (
        assignment.run_id,
        assignment.attempt,
        assignment.token,
    )
    worker.n = 0
    worker.begin()
    worker.finish()


def test_one_run_at_a_time_first_come_first_served(
    scheduler: Scheduler, launcher: FakeLauncher, create: Any
) -> None:
    runs = [create() for _ in range(3)]
    for number, run_id in enumerate(runs, start=1):
        wait_until(partial(is_starting, run_id))
        assert [status(other) for other in runs[number:]] == ["queued"] * (3 - number)
        wait_until(partial(launcher.working.get, (run_id, 1)))
        finish(launcher.launched[-1])
        launcher.end_worker(run_id, 1, 0)
    assert [status(run_id) for run_id in runs] == ["finished"] * 3


def test_as_many_as_the_setting_says(
    settings: Settings, launcher: FakeLauncher, app: Flask, create: Any, tmp_path: Path
) -> None:
    two = Scheduler(app, launcher, 2, tmp_path)
    runs = [create() for _ in range(3)]
    two.start(URL)
    wait_until(lambda: len(launcher.launched) == 2)
    assert [status(run_id) for run_id in runs] == ["starting", "starting", "queued"]
    two.stop(patience=0.1)


def test_what_a_worker_is_reported(
    scheduler: Scheduler, launcher: FakeLauncher, create: Any, settings: Settings
) -> None:
    run_id = create()
    wait_until(lambda: launcher.launched)
    assignment = launcher.launched[0]
    assert (assignment.server, assignment.run_id, assignment.attempt) == (URL, run_id, 1)
    assert assignment.data_dir == str(settings.data_dir) and len(assignment.token) > 30
    stored = (settings.data_dir / "inkling.sqlite").read_bytes()
    assert assignment.token.encode() not in stored


@pytest.mark.parametrize(("code", "word"), [(7, "unexpectedly"), (-9, "killed")])
def test_a_worker_that_dies(
    scheduler: Scheduler, launcher: FakeLauncher, create: Any, code: int, word: str
) -> None:
    run_id = create()
    wait_until(lambda: launcher.launched)
    for attempt in (1, 2, 3):
        wait_until(partial(launcher.working.get, (run_id, attempt)))
        launcher.end_worker(run_id, attempt, code)
    wait_until(lambda: status(run_id) == "failed")
    assert word in queries.get(run_id)["error"]["message"]
    second = create()
    wait_until(lambda: status(second) == "starting")


def test_a_worker_that_took_too_much_memory(
    scheduler: Scheduler, launcher: FakeLauncher, create: Any
) -> None:
    run_id = create()
    wait_until(lambda: launcher.launched)
    launcher.end_worker(run_id, 1, -9, Sentence(OVER, {"used": "2.4", "allowed": "2.0"}))
    wait_until(lambda: status(run_id) == "failed")
    assert "used 2.4 GB of memory" in queries.get(run_id)["error"]["message"]
    with force_locale("zh_Hans"):
        assert "用了 2.4 GB 内存" in queries.get(run_id)["error"]["message"]


def test_an_end_that_cannot_be_recorded_is_recorded_later(
    scheduler: Scheduler,
    launcher: FakeLauncher,
    create: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TICK_SECONDS", 0.02)
    run_id = create()
    wait_until(lambda: launcher.launched)
    ended, refused = recovery.ended, []

    def locked(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(recovery, "ended", ended)
        refused.append(arguments)
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(recovery, "ended", locked)
    launcher.end_worker(run_id, 1, -9)
    wait_until(partial(launcher.working.get, (run_id, 2)))
    assert len(refused) == 1


def test_a_worker_that_cannot_be_started(
    scheduler: Scheduler, launcher: FakeLauncher, create: Any
) -> None:
    launcher.broken = True
    run_id = create()
    wait_until(lambda: status(run_id) == "failed")
    assert "could not be started" in queries.get(run_id)["error"]["message"]


def test_a_silent_worker_is_ended(
    scheduler: Scheduler, launcher: FakeLauncher, create: Any
) -> None:
    run_id = create()
    wait_until(lambda: launcher.launched)
    with writing() as (session, _after):
        session.get_one(AttemptRow, (1, 1)).lease_until = 0
    wait_until(lambda: queries.get(run_id)["attempt"] == 2)
    assert (run_id, 1, True) in launcher.ended


def test_a_worker_that_does_not_stop_gets_term_then_kill(
    scheduler: Scheduler,
    launcher: FakeLauncher,
    create: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    launcher.obedient = False
    monkeypatch.setattr(module, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(module, "STOP_PATIENCE", 0.0)
    monkeypatch.setattr(module, "TERM_PATIENCE", 0.2)
    run_id = create()
    wait_until(lambda: launcher.launched)
    control.stop(run_id)
    wait_until(lambda: status(run_id) == "stopped")
    assert [kill for _run, _attempt, kill in launcher.ended][:1] == [False]
    assert {attempt for _run, attempt, kill in launcher.ended if kill} == {1, 2}


def test_a_server_that_comes_back(app: Flask, launcher: FakeLauncher, create: Any) -> None:
    dead, alive, waiting = create(), create(), create()
    workers = [Worker(dead), Worker(alive)]
    for worker in workers:
        worker.begin()
    with writing() as (session, _after):
        for number in (1, 2):
            row = session.get_one(AttemptRow, (number, 1))
            row.pid, row.pid_started, row.lease_until = number, "then", 0
    launcher.living = {2}
    scheduler = SCHEDULER.get(app)
    scheduler.start(URL)
    assert status(dead) == "queued"
    assert workers[1].send(batch_item()).n == 2, "the living worker is heard"
    with pytest.raises(Conflict):
        recording.record(dead, 1, workers[0].token, report_of(batch_item()))
    assert status(waiting) == "queued"
    workers[1].finish()
    launcher.end_worker(alive, 1, 0)
    wait_until(lambda: status(dead) == "starting")
    assert status(waiting) == "queued", "who was at work goes on first"
    scheduler.stop(patience=0.1)


def report_of(item: dict[str, Any]) -> Report:
    return Report.model_validate({"items": [{"n": 9, "item": item}]})


def test_ending_in_order(app: Flask, launcher: FakeLauncher, create: Any) -> None:
    scheduler = SCHEDULER.get(app)
    scheduler.start(URL)
    run_id, waiting = create(), create()
    wait_until(lambda: launcher.launched)
    launcher.obedient = False
    scheduler.stop(patience=0.1)
    assert launcher.ended == [(run_id, 1, False), (run_id, 1, True)]
    assert launcher.closed
    assert status(run_id) == status(waiting) == "queued"
    assert queries.next_queued() == run_id
