"""Three engines before one real server with a trained run; their pictures, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browsers import sheets
from tests.browsers.chromium import Chromium
from tests.browsers.engine import Engine
from tests.browsers.firefox import firefox
from tests.browsers.visitor import Visitor
from tests.browsers.webkit import webkit
from tests.live_server import LiveServer

ENGINES = ("Chromium", "Firefox", "WebKit")

Starting = Callable[[], AbstractContextManager[Engine]]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder: only `make browsers` installs what they need."""
    item.add_marker(pytest.mark.browsers)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """One of the engines, never used before; in the end nothing may have gone amiss in it."""
    name: str = request.param
    with _start(name, request, tmp_path) as started:
        yield started
        assert started.complaints() == []


def _start(
    name: str, request: pytest.FixtureRequest, folder: Path
) -> AbstractContextManager[Engine]:
    if name == "Firefox":
        return firefox(folder / name)
    if name == "WebKit":
        return webkit(folder / name)
    return _chromium(request.getfixturevalue("browser"))


@contextmanager
def _chromium(browser: Browser) -> Iterator[Engine]:
    window = Chromium(browser)
    yield window
    window.close()


@pytest.fixture
def visitor(engine: Engine, live_server: LiveServer) -> Visitor:
    """Somebody at this engine."""
    return Visitor(engine, live_server.url)


@pytest.fixture(scope="session")
def trained(live_server: LiveServer) -> list[str]:
    """The ids of two runs that are over; the first is the lecture's network."""
    return [_train(live_server, name) for name in ("lecture", "softmax")]


def _train(server: LiveServer, preset: str) -> str:
    presets: list[dict[str, Any]] = server.get("/api/catalog").json()["presets"]
    config = next(one["config"] for one in presets if one["name"] == preset)
    config["dataset"] |= {"name": "mnist-5k", "train_samples": 1000}
    config["fit"]["epochs"] = 3
    run_id: str = server.post("/api/runs", config).json()["id"]
    server.run_until(run_id, "finished")
    return run_id


@pytest.fixture(scope="session", autouse=True)
def pictures() -> Iterator[Path]:
    """Where the pictures go; in the end those of one place are put side by side."""
    sheets.FOLDER.mkdir(exist_ok=True)
    yield sheets.FOLDER
    sheets.make(ENGINES)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say where the pictures are, and of which browsers."""
    terminalreporter.write_line(f"pictures side by side: {sheets.FOLDER}")
