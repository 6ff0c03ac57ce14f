"""Fixtures shared by all tests: an application over a data directory of its own."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy comes, as workers have it

import hypothesis
from flask import Flask
from flask.testing import FlaskClient

from tests import described
from tests.live_server import QUICK_COMPILER, LiveServer, serve
from tests.server_process import Server, end, serving
from webapp import app as application
from webapp.database import db
from webapp.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

hypothesis.settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared machine")  # how long an example takes says nothing there

LONGEST = (
    "test_engine.py",
    "test_killed.py",
    "test_studio.py",
    "test_network.py",
    "test_going_on.py",
    "test_parts.py",
    "test_tested.py",
    "test_train_worker.py",
    "test_predict_worker.py",
    "test_keras_code.py",
    "test_control.py",
    "test_disk.py",
    "test_no_cookies.py",
    "test_lessons.py",
    "test_store.py",
    "test_inside.py",
    "test_map.py",
    "test_monitoring.py",
    "test_interrupt.py",
    "test_checkpoint.py",
    "test_catalogue.py",
    "test_dropped_clients.py",
    "test_server.py",
    "test_refused_starts.py",
)
"""Modules that begin first, so that none is left to one core in the end. A module is one core's."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of tests/faults."""
    parser.addoption("--fault-seed", type=int, help="repeat the random moments of an earlier time")
    parser.addoption("--soak-minutes", type=float, default=30.0, help="how long the soak takes")
    parser.addoption("--siege-seconds", type=float, default=300.0, help="how long twenty attack")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; else their order stays, which is shuffled."""
    last = len(LONGEST)
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, last))


def pytest_collection_finish() -> None:
    """Leave what the tests import out of every later garbage collection: it stays for good."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def answers_as_described() -> Iterator[None]:
    """Every answer and every payload of a socket must be as the OpenAPI document says."""
    with pytest.MonkeyPatch.context() as patch:
        described.install(patch)
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with every default, over an empty data directory."""
    return Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An application with an empty database; nothing is started."""
    made = application.create_app(settings)
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


def migrate(app: Flask) -> None:
    """What ``webapp.app.migrate`` does, but where there is no database yet, tables that were made
    once are copied: Alembic takes longer than most tests."""
    path = Path(app.config["DATA_DIR"]) / "inkling.sqlite"
    with app.app_context():
        copied = db.engine.url.database == str(path) and not path.exists()
    if copied:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_tables())
    application.migrate(app)


@cache
def _tables() -> bytes:
    """A database of SQLite with the newest tables and no rows."""
    with TemporaryDirectory() as folder:
        app = application.create_app(Settings.from_environ({"INKLING_DATA_DIR": folder}))
        application.migrate(app)
        close(app)
        return (Path(folder) / "inkling.sqlite").read_bytes()


def close(app: Flask) -> None:
    """Let go of the application's database connections."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real server with real workers, one for the session: TensorFlow is slow to come."""
    quick = {"XLA_FLAGS": QUICK_COMPILER}
    with serve(tmp_path_factory.mktemp("live") / "data", quick) as server:
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
