"""Names of runs over the database: the nearest preset, the run it was taken from, never alike."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.errors import NotFound
from webapp.runs import lifecycle, names
from webapp.schemas.config import RunConfig


@pytest.fixture
def bare(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration without a name."""
    return {key: value for key, value in config.items() if key != "name"}


def create(config: dict[str, Any], origin: str | None = None) -> dict[str, Any]:
    return lifecycle.create(RunConfig.model_validate(config), 1, origin=origin)


def test_runs_without_a_name_get_one_each(bare: dict[str, Any]) -> None:
    made = [create(bare)["name"] for _ in range(4)]
    stem = "784 → 16 → 10 · first 600 images · 2 epochs"
    assert made == [stem, f"{stem} (2)", f"{stem} (3)", f"{stem} (4)"]


def test_a_name_that_is_given_stays(config: dict[str, Any]) -> None:
    assert [create(config)["name"] for _ in range(2)] == ["Small", "Small"]


def test_what_is_taken_from_a_run_is_called_after_it(
    config: dict[str, Any], bare: dict[str, Any]
) -> None:
    first = create(config)["id"]
    other = {**bare, "fit": {**bare["fit"], "batch_size": 32}}
    assert create(other, first)["name"] == "Small · batch 32"
    assert create(other, first)["name"] == "Small · batch 32 (2)"
    lifecycle.delete(first)
    assert create(other, first)["name"].startswith("784 → 16 → 10")


def test_a_duplicate_is_the_same_but_for_its_name(config: dict[str, Any]) -> None:
    run = create({**config, "seed": None})
    duplicate = names.duplicate(run["id"])
    assert duplicate == {**run["config"], "name": "Small (2)"}
    assert duplicate["seed"] is not None
    with pytest.raises(NotFound):
        names.duplicate("none")


def test_the_check_tells_the_name_and_what_differs(
    client: FlaskClient, config: dict[str, Any], bare: dict[str, Any]
) -> None:
    run_id = create(config)["id"]
    other = {**bare, "fit": {**bare["fit"], "batch_size": 32}}
    said = client.post(f"/api/check?from={run_id}&against={run_id}", json=other).get_json()
    assert said["name"] == "Small · batch 32"
    assert said["differs"] == [{"path": "fit.batch_size", "words": "batch 32"}]
    plain = client.post("/api/check?from=none&against=none", json=config).get_json()
    assert plain["name"] == "Small" and plain["differs"] is None
    assert client.post("/api/check?of=x", json=config).status_code == 422


def test_over_http(client: FlaskClient, config: dict[str, Any], bare: dict[str, Any]) -> None:
    run_id = client.post("/api/runs", json=config).get_json()["id"]
    answer = client.post(f"/api/runs/{run_id}/duplicate")
    assert answer.status_code == 200
    assert answer.get_json()["config"]["name"] == "Small (2)"
    assert client.post("/api/runs/none/duplicate").status_code == 404
    made = client.post(f"/api/runs?from={run_id}", json=bare).get_json()
    assert made["name"] == made["config"]["name"] == "Small (2)"
    code = client.post("/api/code", json={**bare, "seed": 9})
    assert code.headers["Content-Disposition"].startswith('attachment; filename="784-16-10')
