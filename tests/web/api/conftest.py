"""An application whose worker is played by the test, and whose predictor is a fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeInsights, FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.settings import Settings


@pytest.fixture
def predictor() -> FakePredictor:
    return FakePredictor()


@pytest.fixture
def insight_worker() -> FakeInsights:
    return FakeInsights()


@pytest.fixture
def app(
    settings: Settings, predictor: FakePredictor, insight_worker: FakeInsights
) -> Iterator[Flask]:
    made = create_app(
        settings, launcher=FakeLauncher(), predictor=predictor, insight_worker=insight_worker
    )
    made.testing = True
    migrate(made)
    yield made
    close(made)


@pytest.fixture
def create(client: FlaskClient, config: dict[str, Any]) -> Callable[..., str]:
    """Creates a run over HTTP; its id."""

    def created(**changes: Any) -> str:
        answer = client.post("/api/runs", json={**config, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    return created


@pytest.fixture
def train(app: Flask, create: Callable[..., str]) -> Callable[..., Worker]:
    """A run that trains, and its worker after so many epochs; ``status`` ends it."""

    def trained(epochs: int = 0, status: str | None = None, **changes: Any) -> Worker:
        with app.app_context():
            worker = Worker(create(**changes))
            worker.begin()
            for epoch in range(1, epochs + 1):
                worker.epoch(epoch)
            if status is not None:
                worker.finish(status)
        return worker

    return trained
