"""An application whose worker is played by the test, and whose predictor is a fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeInsights, FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.errors import InvalidInput
from webapp.kerasfile import importing
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
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


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, config: dict[str, Any]) -> None:
    """Archives are taken for the test's configuration, without a process."""

    def taken(path: Path, weights: Path) -> RunConfig:
        if path.read_bytes() != b"good":
            raise InvalidInput("import_failed", "no")
        weights.write_bytes(b"weights")
        return RunConfig.model_validate(config)

    monkeypatch.setattr(importing, "import_archive", taken)


@pytest.fixture
def several(app: Flask, create: Callable[..., str], train: Callable[..., Worker]) -> list[str]:
    """Runs with everything equal, known and unknown, oldest first."""
    made = [
        train(2, "finished", name="beta").run_id,
        create(name="Alpha"),
        train(1, "stopped", name="Gamma").run_id,
        train(1, name="alpha").run_id,
        train(2, "failed", name="Ärger", fit={"epochs": 5}).run_id,
    ]
    with app.app_context():
        lifecycle.rename(made[0], "Beta")
    return made
