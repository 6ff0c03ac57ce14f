"""Runs are used as the web process does: within an application's context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig


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
