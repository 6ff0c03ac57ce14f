"""Fixtures shared by all tests: an application over a data directory of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.live_server import LiveServer, serve
from tests.server_process import Server, end, serving
from webapp.app import create_app, migrate
from webapp.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of tests/faults."""
    parser.addoption("--fault-seed", type=int, help="repeat the random moments of an earlier time")
    parser.addoption("--soak-minutes", type=float, default=30.0, help="how long the soak takes")
    parser.addoption("--siege-seconds", type=float, default=300.0, help="how long twenty attack")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with every default, over an empty data directory."""
    return Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An application with an empty database; nothing is started."""
    made = create_app(settings)
    made.testing = True
    migrate(made)
    yield made
    close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of ``app``, at the address localhost."""
    return app.test_client()


@pytest.fixture
def config() -> dict[str, Any]:
    """A small configuration that can be trained, as a client sends it."""
    return {
        "name": "Small",
        "dataset": {"name": "mnist-5k", "train_samples": 600},
        "layers": [
            {"type": "Flatten"},
            {"type": "Dense", "units": 16, "activation": "relu"},
            {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
        "fit": {"batch_size": 100, "epochs": 2},
        "seed": 1,
    }


def close(app: Flask) -> None:
    """Let go of the application's database connections."""
    from webapp.database import db

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real server with real workers, one for the session: TensorFlow is slow to come."""
    with serve(tmp_path_factory.mktemp("live") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as it was."""
    with serving(tmp_path_factory.mktemp("server") / "data") as server:
        yield server
        _seconds, said = end(server)
        assert "Traceback" not in said


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real browser for the session: Playwright cannot run twice in a thread."""
    from tests.browser.conftest import chromium  # plain pytest needs no Playwright

    with chromium() as started:
        yield started
