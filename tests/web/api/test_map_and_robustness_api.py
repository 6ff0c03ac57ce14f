"""What may be asked of the map and of robustness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fakes.doubles import FakeInsights, Worker


@pytest.fixture
def run_id(train: Callable[..., Worker]) -> str:
    return train(1, "finished").run_id


def problems(client: FlaskClient, run_id: str, words: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/runs/{run_id}/insights/{words}")
    assert answer.status_code == 422
    found: list[dict[str, Any]] = answer.get_json()["error"]["fields"]
    return found


def test_arguments_reach_the_worker(
    client: FlaskClient, run_id: str, insight_worker: FakeInsights
) -> None:
    assert client.get(f"/api/runs/{run_id}/insights/map?layer=2&method=TSNE").status_code == 200
    assert insight_worker.asked[-1]["arguments"] == {"layer": 2, "method": "tsne"}
    assert client.get(f"/api/runs/{run_id}/insights/map").status_code == 200
    assert insight_worker.asked[-1]["arguments"] == {"layer": 0, "method": "pca"}


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("map?layer=-1", ["layer"]),
        ("map?layer=101&method=umap", ["layer", "method"]),
        ("map?layer=1.5", ["layer"]),
        ("map?layer=two", ["layer"]),
        ("map?method=", ["method"]),
        ("map?axes=3", ["axes"]),
        ("robustness?sigma=0.5", ["sigma"]),
    ],
)
def test_what_cannot_be(client: FlaskClient, run_id: str, words: str, paths: list[str]) -> None:
    assert [problem["path"] for problem in problems(client, run_id, words)] == paths
