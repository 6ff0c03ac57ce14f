"""``GET /api/runs/<id>/insights/<view>`` with a fake worker: computed once, then read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fakes.doubles import FakeInsights, Worker, units_seen, wait_until
from webapp.errors import InternalError, Unavailable
from webapp.inference import insights
from webapp.ml.process.failure import Failure
from webapp.runs import kept_views
from webapp.workers.keeper import refusal

Train = Callable[..., Worker]


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., TestResponse]:
    def asked(worker: Worker, view: str = "tested", words: str = "") -> TestResponse:
        return client.get(f"/api/runs/{worker.run_id}/insights/{view}{words}")

    return asked


Ask = Callable[..., TestResponse]


def test_a_view_is_computed_once(train: Train, ask: Ask, insight_worker: FakeInsights) -> None:
    worker = train(2, "finished")
    assert ask(worker).get_json() == units_seen(2, 1)
    answer = ask(worker)
    assert answer.get_json() == units_seen(2, 1)
    assert answer.content_type == "application/json"
    (question,) = insight_worker.asked
    assert [epoch for epoch, _file in question["model"]["kept"]] == [0, 1, 2]
    assert (question["view"], question["arguments"]) == ("tested", {})


def test_whoever_asks_meanwhile_waits_for_the_same(
    train: Train, ask: Ask, insight_worker: FakeInsights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights, "WAIT_SECONDS", 0.01)
    worker = train(1)
    insight_worker.free.clear()
    for _ in range(3):
        answer = ask(worker)
        assert (answer.status_code, answer.get_json()) == (202, {"computing": True})
        assert answer.headers["Retry-After"] == "1"
    monkeypatch.setattr(insights, "WAIT_SECONDS", 10)
    insight_worker.free.set()
    assert ask(worker).get_json() == units_seen(1, 1)


def test_newer_weights_are_looked_at_anew(
    app: Flask, train: Train, ask: Ask, insight_worker: FakeInsights
) -> None:
    worker = train(1)
    assert ask(worker).get_json()["epoch"] == 1
    with app.app_context():
        worker.epoch(2)
    assert ask(worker).get_json() == units_seen(2, 2)


def test_a_view_comes_though_newer_weights_do(
    app: Flask, train: Train, insight_worker: FakeInsights
) -> None:
    """Those of epoch 1 are replaced while their view is computed: who waits for it gets it."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], keep_checkpoints=0)
    worker = train(1)
    address = f"/api/runs/{worker.run_id}/insights/tested"

    def ask_alone() -> int:
        epoch: int = app.test_client().get(address).get_json()["epoch"]
        return epoch

    insight_worker.free.clear()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(ask_alone)
        wait_until(lambda: insight_worker.asked)
        with app.app_context():
            for epoch in (2, 3, 4):
                worker.epoch(epoch, val_accuracy=0.5 + epoch / 10)
        insight_worker.free.set()
        assert first.result() == 1
    assert ask_alone() == 4


def test_views_go_with_their_checkpoint(
    app: Flask, train: Train, ask: Ask, insight_worker: FakeInsights
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], keep_checkpoints=0)
    worker = train(1)
    ask(worker)
    views = insight_worker.asked[0]["path"].rpartition("/insights/")[0] + "/insights"
    with app.app_context():
        for epoch in (2, 3, 4):
            worker.epoch(epoch, val_accuracy=0.5 + epoch / 10)
    ask(worker)
    names = sorted(path.name.partition(".")[0] for path in Path(views).iterdir())
    assert names == ["1-4"], "epoch 1 is kept no more"


def test_a_failure_is_reported_and_may_be_tried_again(
    train: Train, ask: Ask, insight_worker: FakeInsights
) -> None:
    worker = train(1, "finished")
    insight_worker.error = InternalError("insight_failed", "The log has the details.")
    answer = ask(worker)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "insight_failed")
    insight_worker.error = Unavailable("insight_unavailable", "Not now.")
    assert ask(worker).status_code == 503
    insight_worker.error = None
    assert ask(worker).status_code == 200


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The model of this run was deleted."), ("zh", "这次训练的模型已不存在。")],
)
def test_a_worker_s_error_in_the_reader_s_language(
    client: FlaskClient,
    train: Train,
    insight_worker: FakeInsights,
    language: str,
    sentence: str,
) -> None:
    gone = Failure("model_missing", "The model of this run was deleted.", expected=True)
    insight_worker.error = refusal(gone.as_json())
    path = f"/api/runs/{train(1).run_id}/insights/tested"
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 409
    reported = {"code": "model_missing", "message": sentence, "fields": []}
    assert answer.get_json()["error"] == reported


def test_not_too_many_at_once(
    train: Train, ask: Ask, insight_worker: FakeInsights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(insights, "MAX_UNDER_WAY", 1)
    first, second = train(1, "finished", name="First"), train(1, "finished", name="Second")
    insight_worker.free.clear()
    assert ask(first).status_code == 202
    refused = ask(second)
    assert refused.status_code == 429
    assert refused.get_json()["error"]["retry_after"] == insights.AGAIN_SECONDS
    insight_worker.free.set()


def test_so_many_views_of_one_checkpoint_are_kept(
    train: Train, ask: Ask, insight_worker: FakeInsights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights, "MAX_KEPT", 3)
    worker = train(1, "finished")
    for offset in range(6):
        assert ask(worker, "weights", f"?offset={offset}").status_code == 200
    assert len(list(Path(insight_worker.asked[0]["path"]).parent.iterdir())) == 3
    assert ask(worker, "weights", "?offset=5").status_code == 200
    assert len(insight_worker.asked) == 6, "the newest are kept"


def test_a_view_that_is_read_is_kept_longest(
    train: Train, ask: Ask, insight_worker: FakeInsights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_views, "RUN_BYTES", 3 * 4096)
    worker = train(1, "finished")
    for offset in range(3):
        ask(worker, "weights", f"?offset={offset}")
    assert ask(worker, "weights", "?offset=0").get_json()["images"] == 1
    ask(worker, "weights", "?offset=3")
    assert ask(worker, "weights", "?offset=0").get_json()["images"] == 1
    assert ask(worker, "weights", "?offset=1").get_json()["images"] == 5


def test_what_cannot_be_asked(client: FlaskClient, train: Train, ask: Ask) -> None:
    worker = train(1, "finished")
    assert ask(worker, "nothing").status_code == 404
    assert client.get("/api/runs/nobody/insights/tested").status_code == 404
    answer = ask(worker, words="?colour=red&size=3&lang=en")
    assert answer.status_code == 422
    problems = answer.get_json()["error"]["fields"]
    assert problems == [
        {"path": "colour", "message": "is not known"},
        {"path": "size", "message": "is not known"},
    ]


def test_a_run_without_weights(create: Callable[[], str], client: FlaskClient) -> None:
    answer = client.get(f"/api/runs/{create()}/insights/tested")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "wrong_state")
