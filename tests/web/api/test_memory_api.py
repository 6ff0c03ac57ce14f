"""A run that cannot fit into memory is refused before it starts, with the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor
from webapp.app import create_app
from webapp.settings import Settings


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An application whose runs may use 2 GB."""
    small = replace(settings, worker_memory=2000)
    made = create_app(small, launcher=FakeLauncher(), predictor=FakePredictor())
    migrate(made)
    yield made
    close(made)


def with_units(config: dict[str, Any], units: int) -> dict[str, Any]:
    layers = [dict(layer) for layer in config["layers"]]
    layers[1:1] = [{"type": "Dense", "units": units}, {"type": "Dense", "units": units}]
    return {**config, "layers": layers}


@pytest.mark.parametrize("path", ["/api/runs", "/api/check"])
def test_what_cannot_fit(client: FlaskClient, config: dict[str, Any], path: str) -> None:
    answer = client.post(path, json=with_units(config, 8192))
    assert answer.status_code == 422
    (field,) = answer.get_json()["error"]["fields"]
    assert field == {
        "path": "layers",
        "message": "would need about 3.7 GB of memory; a run may use 2.0 GB on this machine",
    }
    assert client.get("/api/runs").get_json()["runs"] == []


@pytest.mark.parametrize(("path", "status"), [("/api/runs", 201), ("/api/check", 200)])
def test_what_fits(client: FlaskClient, config: dict[str, Any], path: str, status: int) -> None:
    assert client.post(path, json=with_units(config, 512)).status_code == status


def test_a_batch_that_cannot_fit(client: FlaskClient, config: dict[str, Any]) -> None:
    conv = {"type": "Conv2D", "filters": 64, "kernel_size": 3}
    batch = {"dataset": {"name": "mnist"}, "fit": {"batch_size": 50_000}}
    config = {**config, **batch, "layers": [conv, *config["layers"]]}
    header = {"Accept-Language": "zh"}
    (field,) = client.post("/api/check", json=config, headers=header).get_json()["error"]["fields"]
    assert field["path"] == "fit.batch_size" and "最多可用 2.0 GB" in field["message"]
