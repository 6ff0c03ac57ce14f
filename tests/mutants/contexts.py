"""A plugin of pytest: coverage's context is the test that runs; how long each took is written."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage

SECONDS: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Lines belong to this test, with its fixtures."""
    measuring = Coverage.current()
    assert measuring is not None, "start pytest by `coverage run`"
    measuring.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        measuring.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the seconds of a test's phases."""
    SECONDS[report.nodeid] = SECONDS.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish() -> None:
    """Write them where `coverage_map` reads them."""
    Path(os.environ["MUTANTS_SECONDS"]).write_text(json.dumps(SECONDS))
