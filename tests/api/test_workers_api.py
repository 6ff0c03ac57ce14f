"""The workers' protocol over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.test_runs_api import problem
from tests.fakes.doubles import Worker, batch_item, epoch_item

Train = Callable[..., Worker]


@pytest.fixture
def worker(train: Train) -> Worker:
    return train()


def path(worker: Worker, what: str, attempt: int = 1) -> str:
    return f"/api/workers/runs/{worker.run_id}/attempts/{attempt}/{what}"


def bearer(worker: Worker) -> dict[str, str]:
    return {"Authorization": f"Bearer {worker.token}"}


def report(worker: Worker, *items: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"n": n, "item": item} for n, item in enumerate(items, start=worker.n + 1)]}


def test_the_job(client: FlaskClient, worker: Worker) -> None:
    answer = client.get(path(worker, "job"), headers=bearer(worker)).get_json()
    assert answer["seed"] == 1 and answer["from_epoch"] == 0
    assert answer["config"]["fit"]["epochs"] == 2


def test_a_report(client: FlaskClient, worker: Worker) -> None:
    body = report(worker, batch_item())
    answer = client.post(path(worker, "reports"), json=body, headers=bearer(worker))
    assert answer.get_json() == {"n": 2, "commands": {"stop": False}}
    client.post(f"/api/runs/{worker.run_id}/stop")
    answer = client.post(path(worker, "reports"), json={"items": []}, headers=bearer(worker))
    assert answer.get_json() == {"n": 2, "commands": {"stop": True}}


def test_a_checkpoint_then_its_epoch(client: FlaskClient, worker: Worker) -> None:
    body = report(worker, epoch_item(1))
    answer = client.post(path(worker, "reports"), json=body, headers=bearer(worker))
    assert problem(answer)[:2] == (409, "checkpoint_missing")
    answer = client.put(
        path(worker, "checkpoints/1"),
        data=b"weights",
        headers=bearer(worker),
        content_type="application/octet-stream",
    )
    assert answer.status_code == 204
    answer = client.post(path(worker, "reports"), json=body, headers=bearer(worker))
    assert answer.get_json()["n"] == 2
    assert client.get(f"/api/runs/{worker.run_id}").get_json()["epoch"] == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "x"}])
def test_without_a_token(client: FlaskClient, worker: Worker, headers: dict[str, str]) -> None:
    assert problem(client.get(path(worker, "job"), headers=headers))[0] == 401


def test_a_wrong_token_and_an_old_attempt(client: FlaskClient, worker: Worker) -> None:
    wrong = {"Authorization": "Bearer guess"}
    assert problem(client.get(path(worker, "job"), headers=wrong))[:2] == (401, "unauthorized")
    answer = client.get(path(worker, "job", attempt=7), headers=bearer(worker))
    assert problem(answer)[:2] == (409, "stale_attempt")
    answer = client.put(
        path(worker, "checkpoints/1", attempt=7),
        data=b"x",
        headers=bearer(worker),
        content_type="application/octet-stream",
    )
    assert problem(answer)[:2] == (409, "stale_attempt")


@pytest.mark.parametrize(
    "item",
    [
        {"type": "batch"},
        {"type": "surprise"},
        {**batch_item(), "step": 0},
        {**batch_item(), "loss": float("nan")},
        {"type": "status", "status": "queued"},
    ],
)
def test_reports_that_cannot_be(client: FlaskClient, worker: Worker, item: dict[str, Any]) -> None:
    body = report(worker, item)
    answer = client.post(
        path(worker, "reports"),
        data=json.dumps(body),
        headers=bearer(worker),
        content_type="application/json",
    )
    assert problem(answer)[0] == 422
    assert client.get(f"/api/runs/{worker.run_id}").get_json()["last_seq"] == 3
