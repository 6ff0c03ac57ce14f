"""An application with fakes, clients of its Socket.IO, and a run that trains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
from webapp.settings import Settings


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings, launcher=FakeLauncher(), predictor=FakePredictor())
    migrate(made)
    with made.app_context():
        yield made
    close(made)


@pytest.fixture
def connect(app: Flask) -> Iterator[Callable[..., Any]]:
    """Connects clients; they are disconnected with the test."""
    socketio: SocketIO = app.extensions["socketio"]
    clients: list[Any] = []

    def connected(**options: Any) -> Any:
        clients.append(socketio.test_client(app, **options))
        return clients[-1]

    yield connected
    for client in clients:
        client.disconnect()


@pytest.fixture
def worker(app: Flask, config: dict[str, Any]) -> Worker:
    """The worker of a run that trains."""
    run = lifecycle.create(RunConfig.model_validate(config), 12_730)
    made = Worker(run["id"])
    made.begin()
    return made
