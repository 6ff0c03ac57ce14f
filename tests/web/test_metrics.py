"""``/metrics``: what Prometheus gets, who may ask, and that asking costs little."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.database import db
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
from webapp.settings import Settings
from webapp.web.counts import BOUNDS, Durations
from webapp.workers.launchers import LAUNCHER

TOKEN = "a token that is long enough"
Read = Callable[..., float]


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings, launcher=FakeLauncher(), predictor=FakePredictor())
    made.testing = True
    migrate(made)
    with made.app_context():
        yield made
    close(made)


@pytest.fixture
def read(client: FlaskClient) -> Read:
    """The value of one number, by its name and labels."""

    def value(name: str, **labels: str) -> float:
        answer = client.get("/metrics")
        assert answer.status_code == 200 and answer.content_type.startswith("text/plain")
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }[name, tuple(sorted(labels.items()))]

    return value


@pytest.fixture
def create(config: dict[str, Any]) -> Callable[[], str]:
    return lambda: str(lifecycle.create(RunConfig.model_validate(config), 1)["id"])


def test_runs_by_status(read: Read, create: Callable[[], str]) -> None:
    assert read("inkling_runs", status="queued") == read("inkling_queue_length") == 0
    create(), create()
    Worker(create()).begin()
    ended = Worker(create())
    ended.begin()
    ended.finish()
    assert read("inkling_runs", status="queued") == read("inkling_queue_length") == 2
    assert read("inkling_runs", status="running") == 1
    assert read("inkling_runs_ended_total", status="finished") == 1
    assert read("inkling_runs_ended_total", status="failed") == 0
    assert read("inkling_events_total", type="evaluation") == 1


def test_requests_by_route(read: Read, client: FlaskClient) -> None:
    for path in ("/api/runs/one", "/api/runs/two", "/healthz", "/no/such/place"):
        client.get(path)
    labels = {"method": "GET", "route": "/api/runs/<run_id>"}
    assert read("inkling_requests_total", **labels, status="404") == 2
    assert read("inkling_requests_total", method="GET", route="/healthz", status="200") == 1
    assert read("inkling_requests_total", method="GET", route="none", status="404") == 1
    assert read("inkling_request_seconds_count", route="/healthz") == 1
    assert read("inkling_request_seconds_bucket", route="/healthz", le="10.0") == 1
    assert 0 < read("inkling_request_seconds_sum", route="/healthz") < 10


def test_predictions(read: Read, client: FlaskClient, create: Callable[[], str]) -> None:
    worker = Worker(create())
    worker.begin()
    pixels = {"pixels": [[9] * 28] * 28}
    assert client.post(f"/api/runs/{worker.run_id}/predict", json=pixels).status_code == 200
    assert client.post(f"/api/runs/{worker.run_id}/predict", json={}).status_code == 422
    assert read("inkling_prediction_seconds_count") == 1


def test_checkpoints(read: Read, client: FlaskClient, create: Callable[[], str]) -> None:
    worker = Worker(create())
    path = f"/api/workers/runs/{worker.run_id}/attempts/1/checkpoints/0/0"
    for token, status in ((worker.token, 204), ("wrong", 401)):
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/octet-stream",
        }
        assert client.put(path, data=b"w" * 1000, headers=headers).status_code == status
    assert read("inkling_checkpoint_bytes_total") == 1000


def test_processes(read: Read, app: Flask) -> None:
    cast(FakeLauncher, LAUNCHER.get(app)).working["r1", 1] = 10_000_001
    assert read("inkling_workers") == 1 and read("inkling_watchers") == 0
    assert read("inkling_resident_bytes", process="web") > 10_000_000
    assert read("inkling_resident_bytes", process="train") == 0, "that process is none"


def test_no_run_that_has_ended_is_read(client: FlaskClient, create: Callable[[], str]) -> None:
    create()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement != "BEGIN":
            asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    client.get("/metrics")
    sa.event.remove(db.engine, "before_cursor_execute", note)
    (statement,) = asked
    with db.engine.connect() as connection:
        values = ("queued",) * statement.count("?")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert "SEARCH runs USING COVERING INDEX" in str(plan)


def test_only_with_the_token_where_there_is_one(tmp_path: Path) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_ACCESS_TOKEN": TOKEN}
    guarded = create_app(Settings.from_environ(environ), launcher=FakeLauncher())
    migrate(guarded)
    client = guarded.test_client()
    assert client.get("/metrics").status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=headers).status_code == 200
    close(guarded)


def test_no_start_waits_for_the_library() -> None:
    script = "import wsgi, sys; assert 'prometheus_client' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])


def test_a_histogram() -> None:
    durations = Durations()
    for seconds in (0.001, 0.005, 0.03, 99.0):
        durations.add(seconds)
    pairs = dict(durations.cumulated())
    assert len(pairs) == len(BOUNDS) + 1
    assert (pairs["0.005"], pairs["0.025"], pairs["0.05"], pairs["+Inf"]) == (2, 2, 3, 4)


def test_invented_methods_are_counted_together(client: FlaskClient, read: Read) -> None:
    for number in range(5):
        client.open("/healthz", method=f"BREW{number}")
    assert read("inkling_requests_total", method="other", route="none", status="405") == 5
