"""The routes under fire: whatever schemathesis makes of our OpenAPI document, nothing crashes.

No answer is a 5xx, and every error has the one shape. The number of examples is small, to be
quick; `FUZZ_EXAMPLES` asks for more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
from webapp.settings import Settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The schema of an application that holds a run that trains and one that waits."""
    directory: Path = tmp_path_factory.mktemp("fuzz")
    given = Settings.from_environ({"INKLING_DATA_DIR": str(directory / "data")})
    app: Flask = create_app(given, launcher=FakeLauncher(), predictor=FakePredictor())
    migrate(app)
    with app.app_context():
        layers = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
        config = RunConfig.model_validate({"layers": layers})
        Worker(lifecycle.create(config, 7850)["id"]).begin()
        lifecycle.create(config, 7850)
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    close(app)


def test_no_input_crashes_it(api: Any) -> None:
    for result in api.get_all_operations():
        operation = result.ok()
        if "download" not in operation.path:  # that one would reach for the network
            fire(operation)


def fire(operation: Any) -> None:
    """Call one route with made-up values."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any) -> None:
        response = case.call()
        assert response.status_code < 500, response.text
        if response.status_code >= 400:
            error = response.json()["error"]
            more = {"retry_after"} if response.status_code == 429 else set()
            assert set(error) == {"code", "message", "fields"} | more
            assert error["code"] and error["message"]

    call()
