"""``GET /api/runs/<id>/coach``: from what is stored of a run to sentences and a mended run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import FakeInsights, Worker
from webapp.errors import InternalError
from webapp.inference import insights

Train = Callable[..., Worker]
UNSCALED = {"name": "mnist-5k", "train_samples": 600, "scale": False}
LAYER = {
    "layer": 1, "activation": "relu", "initial": 0.1, "newest": None, "dead": 1.0,
    "saturated": None,
}  # fmt: skip
VIEW = {
    "epoch": 3,
    "answers": {"train": [540, *[0] * 9], "test": [1000, *[0] * 9]},
    "truth": {"train": [54] * 10, "test": [100] * 10},
    "accuracy": {"train": 0.1, "test": 0.1, "clean": None},
    "pixels": {"mean": 33.0, "largest": 255.0},
    "layers": [LAYER, {**LAYER, "layer": 2, "activation": "softmax", "dead": None}],
}


@pytest.fixture
def view(insight_worker: FakeInsights) -> FakeInsights:
    """The fake measures what `VIEW` says."""
    insight_worker.seen = VIEW
    return insight_worker


@pytest.fixture
def stuck(app: Flask, train: Train) -> Worker:
    """A run on pixels of 0-255 that has learned nothing."""
    worker = train(0, dataset=UNSCALED)
    with app.app_context():
        for epoch in (1, 2, 3):
            worker.epoch(epoch, loss=2.31, accuracy=0.1, val_loss=2.31, val_accuracy=0.1)
        worker.finish()
    return worker


def findings_of(client: FlaskClient, run_id: str, language: str = "en") -> dict[str, Any]:
    answer = client.get(f"/api/runs/{run_id}/coach", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_fault_and_the_mended_run(
    client: FlaskClient, stuck: Worker, view: FakeInsights
) -> None:
    answer = findings_of(client, stuck.run_id)
    assert [question["view"] for question in view.asked] == ["evidence"]
    assert answer["complete"]
    assert [one["id"] for one in answer["findings"]] == ["pixels", "dead", "one_answer"]
    first = answer["findings"][0]
    assert first["sentence"].startswith("The pixels are not divided by 255")
    assert first["numbers"] == {"largest_pixel": 255.0, "mean_pixel": 33.0, "accuracy": 0.1}
    assert first["change"]["patch"] == {"dataset.scale": True}
    created = client.post("/api/runs", json=first["change"]["config"])
    assert created.status_code == 201
    run = created.get_json()
    assert run["name"] == "Small · pixels 0–1" and run["config"]["dataset"]["scale"]


def test_in_the_readers_language(client: FlaskClient, stuck: Worker, view: FakeInsights) -> None:
    first = findings_of(client, stuck.run_id, "zh")["findings"][0]
    assert first["sentence"].startswith("像素没有除以 255")
    assert first["change"]["config"]["name"] == "Small · 像素 0–1"


def test_the_curve_speaks_while_the_network_is_looked_into(
    client: FlaskClient, stuck: Worker, view: FakeInsights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights, "WAIT_SECONDS", 0.01)
    view.free.clear()
    answer = findings_of(client, stuck.run_id)
    assert not answer["complete"]
    assert [one["id"] for one in answer["findings"]] == ["pixels"]
    monkeypatch.setattr(insights, "WAIT_SECONDS", 10)
    view.free.set()
    assert len(findings_of(client, stuck.run_id)["findings"]) == 3


def test_it_does_without_what_cannot_be_measured(
    client: FlaskClient, stuck: Worker, insight_worker: FakeInsights
) -> None:
    insight_worker.error = InternalError("insight_failed")
    answer = findings_of(client, stuck.run_id)
    assert answer["complete"]
    assert [one["id"] for one in answer["findings"]] == ["pixels"]


def test_a_healthy_run_costs_nothing(
    app: Flask, client: FlaskClient, train: Train, insight_worker: FakeInsights
) -> None:
    worker = train(0)
    with app.app_context():
        worker.epoch(1, accuracy=0.95, val_accuracy=0.95)
        worker.epoch(2, accuracy=0.98, val_accuracy=0.96)
        worker.finish()
    assert findings_of(client, worker.run_id) == {"findings": [], "complete": True}
    assert insight_worker.asked == []


def test_a_run_that_diverges_is_reported_at_once(
    app: Flask, client: FlaskClient, train: Train
) -> None:
    worker = train(1)
    with app.app_context():
        batch = {"type": "batch", "epoch": 2, "step": 1, "steps": 6, "accuracy": 0.1}
        worker.send({**batch, "loss": None, "diverged": True})
    (finding,) = findings_of(client, worker.run_id)["findings"]
    assert (finding["id"], finding["numbers"]["epoch"]) == ("diverged", 2)
    rate = finding["change"]["config"]["compile"]["optimizer"]["learning_rate"]
    assert rate == pytest.approx(0.0001)


def test_nothing_to_say_before_there_is_an_epoch(
    client: FlaskClient, create: Callable[..., str]
) -> None:
    assert findings_of(client, create()) == {"findings": [], "complete": True}


def test_no_such_run(client: FlaskClient) -> None:
    answer = client.get("/api/runs/none/coach")
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "run_not_found"
