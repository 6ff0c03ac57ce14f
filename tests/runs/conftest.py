"""Runs are used as the web process does: within an application's context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker
from webapp.runs import lifecycle, queries
from webapp.schemas.config import RunConfig

Create = Callable[..., str]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def epochs() -> int:
    """How many epochs the run of `worker` is to train; a module may say another number."""
    return 50


@pytest.fixture
def worker(config: dict[str, Any], epochs: int) -> Worker:
    """The worker of a run that trains."""
    config["fit"]["epochs"] = epochs
    made = Worker(lifecycle.create(RunConfig.model_validate(config), 12_730)["id"])
    made.begin()
    return made


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The time that runs go by, in ms; it stands still unless the test moves it."""
    reported = {"ms": 1_000_000}
    for module in ("attempts", "changes", "clock", "control", "lifecycle", "recording"):
        monkeypatch.setattr(f"webapp.runs.{module}.now", lambda: reported["ms"])
    return reported


@pytest.fixture
def create(config: dict[str, Any]) -> Create:
    """Queues a run of an owner's; its id."""

    def created(owner: str | None = "ann", epochs: int = 2, **parts: Any) -> str:
        whole = {**config, "fit": {"batch_size": 100, "epochs": epochs}, **parts}
        return str(lifecycle.create(RunConfig.model_validate(whole), 1, owner)["id"])

    return created


def queue() -> list[str]:
    """The ids of what waits, by their places."""
    placed = [run for run in queries.page(500) if run["queue_position"] is not None]
    return [run["id"] for run in sorted(placed, key=lambda run: int(run["queue_position"]))]


def wait_of(run_id: str) -> Any:
    return queries.get(run_id)["wait_seconds"]
