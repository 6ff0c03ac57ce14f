"""The workers' protocol over HTTP."""

from __future__ import annotations

import contextlib
import errno
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker, batch_item, epoch_item
from tests.web.api.test_runs_api import problem
from webapp.database import AttemptRow, writing
from webapp.runs import attempts, recovery
from webapp.runs.attempts import EXCUSES
from webapp.runs.clock import now
from webapp.schemas.worker import LEASE_SECONDS

Train = Callable[..., Worker]

UNASKED = {
    "stop": False,
    "pause": False,
    "pause_after_epoch": None,
    "learning_rate": None,
    "learning_rate_change": 0,
}
"""The commands while people want nothing."""


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
    assert answer.get_json() == {"n": 2, "commands": UNASKED}
    client.post(f"/api/runs/{worker.run_id}/stop")
    answer = client.post(path(worker, "reports"), json={"items": []}, headers=bearer(worker))
    assert answer.get_json() == {"n": 2, "commands": {**UNASKED, "stop": True}}


def test_a_checkpoint_then_its_epoch(client: FlaskClient, worker: Worker) -> None:
    body = report(worker, epoch_item(1))
    answer = client.post(path(worker, "reports"), json=body, headers=bearer(worker))
    assert problem(answer)[:2] == (409, "checkpoint_missing")
    answer = client.put(
        path(worker, "checkpoints/1/0"),
        data=b"weights",
        headers=bearer(worker),
        content_type="application/octet-stream",
    )
    assert answer.status_code == 204
    answer = client.post(path(worker, "reports"), json=body, headers=bearer(worker))
    assert answer.get_json()["n"] == 2
    assert client.get(f"/api/runs/{worker.run_id}").get_json()["epoch"] == 1


def test_a_checkpoint_that_was_cut_is_not_kept(client: FlaskClient, worker: Worker) -> None:
    answer = client.put(
        path(worker, "checkpoints/1/0"),
        input_stream=BytesIO(b"abc"),
        headers=bearer(worker),
        content_type="application/octet-stream",
        environ_overrides={"CONTENT_LENGTH": "9"},
    )
    assert problem(answer)[:2] == (503, "incomplete")
    body = report(worker, epoch_item(1))
    answer = client.post(path(worker, "reports"), json=body, headers=bearer(worker))
    assert problem(answer)[:2] == (409, "checkpoint_missing")


@pytest.mark.parametrize("kind", ["reports", "checkpoints/1/0"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_a_full_disk_is_no_silence(
    client: FlaskClient,
    app: Flask,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    code: int,
) -> None:
    """The lease could not be written, yet the worker counts as alive; no other fault excuses it."""
    with app.app_context(), writing() as (session, _after):
        session.get_one(AttemptRow, (1, 1)).lease_until = 0

    def fail(*_arguments: Any) -> None:
        raise OSError(code, "the disk")

    monkeypatch.setattr(attempts, "authorize", fail)
    if kind == "reports":
        body = report(worker, batch_item())
        answer = client.post(path(worker, kind), json=body, headers=bearer(worker))
    else:
        octets = "application/octet-stream"
        answer = client.put(
            path(worker, kind), data=b"x", headers=bearer(worker), content_type=octets
        )
    full = code == errno.ENOSPC
    assert problem(answer)[:2] == ((507, "disk_full") if full else (500, "internal_error"))
    with app.app_context():
        [found] = recovery.under_way()
        assert found.lease_over == (not full)
        monkeypatch.setattr(attempts, "now", lambda: now() + int(LEASE_SECONDS * 1000) + 1)
        [found] = recovery.under_way()
        assert found.lease_over, "an excuse lasts as long as a lease"


def test_excuses_do_not_gather(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    later = 0
    monkeypatch.setattr(attempts, "now", lambda: now() + later)
    with app.app_context():
        for number in range(20):
            with (
                contextlib.suppress(OSError),
                attempts.excused_by_full_disk(f"run{number}", 1),
            ):
                raise OSError(errno.ENOSPC, "the disk")
            later += int(LEASE_SECONDS * 1000) // 2
        assert len(EXCUSES.get()) <= 3
        assert attempts.is_excused("run19", 1)


def test_the_checkpoint_to_go_on_from(client: FlaskClient, app: Flask, worker: Worker) -> None:
    with app.app_context():
        worker.epoch(1)
        worker.checkpoint(1, b"later", part=1)
        worker.send({"type": "status", "status": "paused", "epoch": 1, "part": 1})
        client.post(f"/api/runs/{worker.run_id}/resume")
        again = Worker(worker.run_id)
    answer = client.get(path(again, "job", attempt=2), headers=bearer(again)).get_json()
    assert (answer["from_epoch"], answer["has_checkpoint"]) == (1, True)
    with client.get(path(again, "checkpoint", attempt=2), headers=bearer(again)) as file:
        assert file.data == b"later"
    assert client.get(path(worker, "checkpoint"), headers=bearer(worker)).status_code == 409


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "x"}])
def test_without_a_token(client: FlaskClient, worker: Worker, headers: dict[str, str]) -> None:
    assert problem(client.get(path(worker, "job"), headers=headers))[0] == 401


def test_a_wrong_token_and_an_old_attempt(client: FlaskClient, worker: Worker) -> None:
    wrong = {"Authorization": "Bearer guess"}
    assert problem(client.get(path(worker, "job"), headers=wrong))[:2] == (401, "unauthorized")
    answer = client.get(path(worker, "job", attempt=7), headers=bearer(worker))
    assert problem(answer)[:2] == (409, "stale_attempt")
    answer = client.put(
        path(worker, "checkpoints/1/0", attempt=7),
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
        {"type": "status", "status": "starting"},
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
