"""``/api/lessons/runs``: the runs of a lesson are found by their configuration."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def experiment(client: FlaskClient) -> dict[str, Any]:
    """Lesson 4 with few images, as the page would have it trained."""
    sizes = client.get("/api/lessons").get_json()["experiments"]["4"]["sizes"]
    found: dict[str, Any] = sizes["small"]["config"]
    return found


def runs(client: FlaskClient, size: str = "small") -> dict[str, list[dict[str, Any]]]:
    answer = client.get(f"/api/lessons/runs?size={size}")
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["size"] == size
    found: dict[str, list[dict[str, Any]]] = body["runs"]
    return found


def create(client: FlaskClient, config: dict[str, Any], **changes: Any) -> str:
    answer = client.post("/api/runs", json={**config, **changes})
    assert answer.status_code == 201
    return str(answer.get_json()["id"])


def test_runs_are_found_by_configuration_newest_first(
    client: FlaskClient, experiment: dict[str, Any]
) -> None:
    first = create(client, experiment)
    second = create(client, experiment, name="Another name", seed=2)
    found = runs(client)["4"]
    assert [run["id"] for run in found] == [second, first]
    assert [run["queue_position"] for run in found] == [2, 1]
    assert all(not others for name, others in runs(client).items() if name != "4")


def test_another_configuration_is_no_lesson(
    client: FlaskClient, experiment: dict[str, Any]
) -> None:
    create(client, experiment, fit={**experiment["fit"], "epochs": 3})
    create(client, experiment, dataset={**experiment["dataset"], "test_noise": 0.5})
    assert not any(runs(client).values())
    assert not any(runs(client, "lecture").values())


def test_no_more_than_a_few_are_reported(client: FlaskClient, experiment: dict[str, Any]) -> None:
    ids = [create(client, experiment, seed=seed) for seed in range(7)]
    assert [run["id"] for run in runs(client)["4"]] == ids[:-4:-1]


def test_mine_are_those_of_who_asks(client: FlaskClient, experiment: dict[str, Any]) -> None:
    create(client, experiment)  # of an address, which owns nothing
    query = "/api/lessons/runs?size=small&mine=1"
    assert not any(client.get(query).get_json()["runs"].values())
    client.get("/")
    own = create(client, experiment, seed=2)
    assert [run["id"] for run in client.get(query).get_json()["runs"]["4"]] == [own]
    assert len(runs(client)["4"]) == 2


def test_without_a_size_it_is_the_one_of_this_machine(client: FlaskClient) -> None:
    default = client.get("/api/lessons").get_json()["default_size"]
    assert client.get("/api/lessons/runs").get_json()["size"] == default


@pytest.mark.parametrize("query", ["size=huge", "sizes=small", "mine=yes"])
def test_a_wrong_parameter_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/lessons/runs?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["error"]["fields"][0]["path"] == query.partition("=")[0]
