"""``POST /api/runs/delete``: several at once, each for itself; what stays is said, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker
from tests.web.api.test_runs_api import problem
from webapp.runs import files
from webapp.schemas.config import MAX_DELETED_AT_ONCE

Create = Callable[..., str]
Train = Callable[..., Worker]


def ids(client: FlaskClient) -> set[str]:
    return {run["id"] for run in client.get("/api/runs").get_json()["runs"]}


def test_what_can_be_deleted_is_and_the_others_are_told_with_the_reason(
    app: Flask, client: FlaskClient, create: Create, train: Train
) -> None:
    done, busy, waits, stays = train(1, "finished").run_id, train(1).run_id, create(), create()
    with app.app_context():
        folder = files.run_dir(done)
    assert folder.is_dir()
    answer = client.post("/api/runs/delete", json={"runs": [busy, done, "gone", waits, done]})
    assert answer.status_code == 200
    assert answer.get_json()["deleted"] == [done, waits]
    kept = {one["id"]: (one["code"], one["message"]) for one in answer.get_json()["kept"]}
    alone = client.delete(f"/api/runs/{busy}").get_json()["error"]
    assert kept == {
        busy: (alone["code"], alone["message"]),
        "gone": ("run_not_found", "There is no such run."),
    }
    assert ids(client) == {busy, stays}
    assert not folder.exists()


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["runs"]),
        ({"runs": []}, ["runs"]),
        ({"runs": "all"}, ["runs"]),
        ({"runs": ["a", 7]}, ["runs[1]"]),
        ({"runs": ["a" * 65]}, ["runs[0]"]),
        ({"runs": ["a"] * (MAX_DELETED_AT_ONCE + 1)}, ["runs"]),
        ({"runs": ["a"], "status": "failed"}, ["status"]),
    ],
)
def test_a_body_that_names_no_runs_deletes_nothing(
    client: FlaskClient, create: Create, body: object, paths: list[str]
) -> None:
    run_id = create()
    answer = client.post("/api/runs/delete", json=body)
    assert problem(answer) == (422, "invalid_input", paths)
    assert ids(client) == {run_id}
