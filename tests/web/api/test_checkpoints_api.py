"""``/checkpoints``, and ``epoch``, which chooses one of them everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import FakePredictor, Worker, keras_file
from tests.web.api.test_runs_api import problem
from webapp.errors import InternalError
from webapp.runs import files, weights

SEVEN = [[[0, 0], [10, 0], [4, 20]]]
Train = Callable[..., Worker]


@pytest.fixture
def run(app: Flask, train: Train) -> Worker:
    """A run after eight epochs, of which 1 was the best and 0, 1, 4, 7 and 8 are kept."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], keep_checkpoints=2)
    return train(epochs=8, name="Mine", fit={"batch_size": 100, "epochs": 8})


def test_what_is_kept_is_listed(client: FlaskClient, run: Worker) -> None:
    listed = client.get(f"/api/runs/{run.run_id}/checkpoints").get_json()["checkpoints"]
    assert [one["epoch"] for one in listed] == [0, 1, 4, 7, 8]
    assert [one["epoch"] for one in listed if one["best"]] == [1]
    assert [one["epoch"] for one in listed if one["newest"]] == [8]
    assert [one["epoch"] for one in listed if one["lasting"]] == [0, 4, 8]
    assert all(one["bytes"] > 0 for one in listed)
    assert listed[0]["val_accuracy"] is None
    assert (listed[2]["loss"], listed[2]["val_accuracy"]) == (0.25, 0.5)


def test_a_run_that_waits_has_none(client: FlaskClient, create: Callable[..., str]) -> None:
    run_id = create()
    assert client.get(f"/api/runs/{run_id}/checkpoints").get_json() == {"checkpoints": []}
    assert problem(client.get(f"/api/runs/{run_id}/evaluation?epoch=0"))[0] == 409
    assert problem(client.get("/api/runs/none/checkpoints"))[0] == 404
    assert problem(client.get(f"/api/runs/{run_id}/checkpoints?all=1"))[0] == 422


@pytest.mark.parametrize(("asked", "epoch"), [("4", 4), ("0", 0), ("best", 1), ("newest", 8)])
def test_a_drawing_is_shown_to_the_chosen_weights(
    client: FlaskClient, run: Worker, predictor: FakePredictor, asked: str, epoch: int
) -> None:
    answer = client.post(f"/api/runs/{run.run_id}/predict?epoch={asked}", json={"strokes": SEVEN})
    assert answer.get_json()["epoch"] == epoch
    assert predictor.asked[0]["model"]["weights"].endswith(f"1-{epoch}.npz")


@pytest.mark.parametrize("path", ["evaluation", "model", "insights/tested"])
def test_an_epoch_that_is_not_kept_names_the_nearest(
    client: FlaskClient, run: Worker, path: str
) -> None:
    answer = client.get(f"/api/runs/{run.run_id}/{path}?epoch=5")
    assert problem(answer)[:2] == (404, "epoch_not_kept")
    assert answer.get_json()["error"]["message"].endswith("The nearest kept epochs: 4, 7.")


@pytest.mark.parametrize("asked", ["-1", "1.5", "last", "", "٣", "9" * 30])
def test_an_epoch_that_cannot_be(client: FlaskClient, run: Worker, asked: str) -> None:
    for path in ("evaluation", "model", "insights/tested"):
        answer = client.get(f"/api/runs/{run.run_id}/{path}", query_string={"epoch": asked})
        assert problem(answer) == (422, "invalid_query", ["epoch"])
    address = f"/api/runs/{run.run_id}/predict"
    answer = client.post(address, json={"strokes": SEVEN}, query_string={"epoch": asked})
    assert problem(answer) == (422, "invalid_query", ["epoch"])


def test_each_epoch_is_evaluated_once(
    client: FlaskClient, app: Flask, run: Worker, predictor: FakePredictor
) -> None:
    path = f"/api/runs/{run.run_id}/evaluation?epoch="
    reported = [
        client.get(path + epoch).get_json()["epoch"] for epoch in ("4", "8", "4", "best", "1")
    ]
    assert reported == [4, 8, 4, 1, 1]
    assert [asked["model"]["epoch"] for asked in predictor.asked] == [4, 8, 1]
    with app.app_context():
        views = files.views_dir(weights.of(run.run_id, 4).path)
    (views / "evaluation.json").write_text("{")
    assert client.get(path + "4").get_json()["accuracy"] == 0.9
    assert len(predictor.asked) == 4, "a torn file does not count"


def test_only_the_newest_weights_fill_the_test_of_a_run_that_is_over(
    client: FlaskClient, app: Flask, run: Worker
) -> None:
    with app.app_context():
        run.send({"type": "status", "status": "stopped"})
    client.get(f"/api/runs/{run.run_id}/evaluation?epoch=4")
    assert client.get(f"/api/runs/{run.run_id}").get_json()["test"] is None
    client.get(f"/api/runs/{run.run_id}/evaluation?epoch=newest")
    assert client.get(f"/api/runs/{run.run_id}").get_json()["test"]["accuracy"] == 0.9


def test_a_file_of_an_epoch_says_so_in_its_name(client: FlaskClient, run: Worker) -> None:
    with client.get(f"/api/runs/{run.run_id}/model?epoch=best") as answer:
        assert answer.data == keras_file(1)
        assert 'filename="Mine-epoch-1.keras"' in answer.headers["Content-Disposition"]


def test_weights_that_go_while_they_are_asked_are_asked_again(
    client: FlaskClient,
    app: Flask,
    run: Worker,
    predictor: FakePredictor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_late(*_question: object) -> None:
        monkeypatch.undo()
        with app.app_context():
            run.epoch(9)
            files.remove([files.checkpoint_path(run.run_id, 1, 8)])
        raise InternalError("prediction_failed")

    monkeypatch.setattr(predictor, "ask", too_late)
    assert client.get(f"/api/runs/{run.run_id}/evaluation").get_json()["epoch"] == 9
