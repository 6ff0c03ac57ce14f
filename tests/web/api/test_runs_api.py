"""``/api/runs``: every route, every status, every wrong input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker, batch_item
from webapp.settings import Settings

Create = Callable[..., str]
Train = Callable[..., Worker]


def problem(answer: Any) -> tuple[int, str, list[str]]:
    """Status, code and paths of an answer in the error shape."""
    error = answer.get_json()["error"]
    assert set(error) - {"retry_after"} == {"code", "message", "fields"} and error["message"]
    return answer.status_code, error["code"], [field["path"] for field in error["fields"]]


def test_creating(client: FlaskClient, config: dict[str, Any]) -> None:
    answer = client.post("/api/runs", json=config)
    run = answer.get_json()
    assert answer.status_code == 201 and answer.headers["Location"].endswith(run["id"])
    assert run["status"] == "queued" and run["params"] == 784 * 16 + 16 + 16 * 10 + 10
    assert client.get(f"/api/runs/{run['id']}").get_json() == run


def test_a_name_is_cut_or_refused_the_same_way_wherever_it_comes_in(
    client: FlaskClient, config: dict[str, Any]
) -> None:
    run = client.post("/api/runs", json={**config, "name": "\u3000 Größe\u00a0\n"}).get_json()
    assert (run["name"], run["config"]["name"]) == ("Größe", "Größe")
    path = f"/api/runs/{run['id']}"
    assert client.patch(path, json={"name": " \ufeffZwei "}).get_json()["name"] == "Zwei"
    for name in ("\u200b", "\u200d\u3164", "a\0b", "x" * 81):
        assert problem(client.patch(path, json={"name": name}))[0] == 422
        created = client.post("/api/runs", json={**config, "name": name})
        assert problem(created) == (422, "invalid_config", ["name"])
    assert client.get(path).get_json()["name"] == "Zwei"


def test_a_wrong_configuration_stores_nothing(client: FlaskClient, config: dict[str, Any]) -> None:
    config["layers"][1]["units"] = 0
    config["fit"]["epochs"] = "10"
    answer = client.post("/api/runs", json=config)
    assert problem(answer) == (422, "invalid_config", ["layers[1].units", "fit.epochs"])
    assert client.get("/api/runs").get_json() == {"runs": [], "next": None}


def test_a_dataset_that_is_not_here_is_refused_beside_its_field(
    app: Flask,
    client: FlaskClient,
    config: dict[str, Any],
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    app.config["SETTINGS"] = replace(settings, mnist=tmp_path / "mnist.npz")
    config["dataset"] = {"name": "mnist"}
    config["fit"]["epochs"] = 0
    answer = client.post("/api/runs?lang=zh", json=config)
    assert problem(answer) == (422, "invalid_config", ["fit.epochs", "dataset.name"])
    assert answer.get_json()["error"]["fields"][1]["message"] == "服务器上还没有这些数字图片。"
    (tmp_path / "mnist.npz").write_bytes(b"no archive")
    config["fit"]["epochs"] = 1
    answer = client.post("/api/runs", json=config)
    assert problem(answer) == (422, "invalid_config", ["dataset.name"])
    assert client.get("/api/runs").get_json() == {"runs": [], "next": None}
    assert client.post("/api/check", json=config).status_code == 200


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [("{", "application/json", 400), ("{}", "text/plain", 415), ("[]", "application/json", 422)],
)
def test_a_body_that_is_none(client: FlaskClient, data: str, kind: str, status: int) -> None:
    assert problem(client.post("/api/runs", data=data, content_type=kind))[0] == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/stop"),
        ("POST", "/pause"),
        ("POST", "/resume"),
        ("POST", "/step"),
        ("GET", "/events"),
        ("GET", "/evaluation"),
        ("POST", "/predict"),
        ("GET", "/model"),
    ],
)
def test_a_run_that_does_not_exist(client: FlaskClient, method: str, path: str) -> None:
    body = {"name": "x"} if method == "PATCH" else {"pixels": [[0] * 28] * 28}
    answer = client.open(f"/api/runs/nobody{path}", method=method, json=body)
    assert problem(answer)[:2] == (404, "run_not_found")


def test_renaming(client: FlaskClient, create: Create) -> None:
    run_id = create()
    answer = client.patch(f"/api/runs/{run_id}", json={"name": "Better"})
    assert answer.get_json()["name"] == "Better"
    for body, path in (({"name": ""}, "name"), ({"nam": "x"}, "nam"), ({}, "name")):
        status, _code, paths = problem(client.patch(f"/api/runs/{run_id}", json=body))
        assert status == 422 and path in paths
    answer = client.patch(f"/api/runs/{run_id}", json={"learning_rate": 0.1})
    assert problem(answer)[:2] == (409, "wrong_state")


def test_stopping(client: FlaskClient, create: Create, train: Train) -> None:
    waiting, worker = create(), train()
    answer = client.post(f"/api/runs/{waiting}/stop")
    assert (answer.status_code, answer.get_json()["status"]) == (202, "stopped")
    assert problem(client.post(f"/api/runs/{waiting}/stop"))[:2] == (409, "wrong_state")
    answer = client.post(f"/api/runs/{worker.run_id}/stop")
    assert (answer.status_code, answer.get_json()["status"]) == (202, "running")


def test_deleting(client: FlaskClient, app: Flask, train: Train) -> None:
    worker = train()
    assert problem(client.delete(f"/api/runs/{worker.run_id}"))[:2] == (409, "wrong_state")
    with app.app_context():
        worker.finish()
    assert client.delete(f"/api/runs/{worker.run_id}").status_code == 204
    assert client.get(f"/api/runs/{worker.run_id}").status_code == 404


def test_events(client: FlaskClient, app: Flask, train: Train) -> None:
    worker = train()
    with app.app_context():
        worker.send(*[batch_item(step=step) for step in range(1, 11)])
    path = f"/api/runs/{worker.run_id}/events"
    answer = client.get(path).get_json()
    assert answer["last_seq"] == 13
    assert [event["seq"] for event in answer["events"]] == list(range(1, 14))
    assert answer["events"][3] == {
        "run_id": worker.run_id,
        "seq": 4,
        "type": "batch",
        "at": answer["events"][3]["at"],
        "epoch": 1,
        "step": 1,
        "steps": 10,
        "loss": 1.0,
        "accuracy": 0.5,
    }
    some = client.get(f"{path}?after=5&limit=2").get_json()
    assert [event["seq"] for event in some["events"]] == [6, 7] and some["last_seq"] == 13
    assert client.get(f"{path}?after=99").get_json() == {"events": [], "last_seq": 13}
    for query in ("after=-1", "limit=5001", "after=x"):
        assert problem(client.get(f"{path}?{query}"))[:2] == (422, "invalid_query")


def test_events_of_some_types(client: FlaskClient, train: Train) -> None:
    path = f"/api/runs/{train(epochs=2).run_id}/events"
    everything = client.get(path).get_json()
    epochs = client.get(f"{path}?type=epoch").get_json()
    assert [event["epoch"] for event in epochs["events"]] == [1, 2]
    assert epochs["last_seq"] == everything["last_seq"]
    assert client.get(f"{path}?type=epoch&limit=1").get_json()["events"] == epochs["events"][:1]
    after = epochs["events"][0]["seq"]
    some = client.get(f"{path}?type=epoch&after={after}").get_json()["events"]
    assert some == epochs["events"][1:]
    some = client.get(f"{path}?type=epoch,status,epoch").get_json()["events"]
    assert some == [event for event in everything["events"] if event["type"] in ("epoch", "status")]


@pytest.mark.parametrize("types", ["", "epoch,", "nope", "EPOCH", "epoch,nope"])
def test_types_of_events_that_are_none(client: FlaskClient, train: Train, types: str) -> None:
    answer = client.get(f"/api/runs/{train().run_id}/events?type={types}")
    assert problem(answer)[:2] == (422, "invalid_query") and "type" in problem(answer)[2]


def test_what_a_run_does_not_have_is_not_there(client: FlaskClient, create: Create) -> None:
    answer = client.get(f"/api/runs/{create()}/secrets")
    assert problem(answer)[:2] == (404, "not_found")


@pytest.mark.parametrize("action", ["pause", "resume", "step"])
def test_what_cannot_be_done_now(client: FlaskClient, create: Create, action: str) -> None:
    answer = client.post(f"/api/runs/{create()}/{action}")
    assert problem(answer)[:2] == (409, "wrong_state")


def test_a_run_is_paused_tested_and_stopped(client: FlaskClient, app: Flask, train: Train) -> None:
    worker = train()
    path = f"/api/runs/{worker.run_id}"
    assert client.post(f"{path}/pause").status_code == 202
    with app.app_context():
        worker.send({"type": "status", "status": "paused"})
    run = client.post(f"{path}/stop").get_json()
    assert (run["status"], run["test"]) == ("stopped", {"loss": 0.3, "accuracy": 0.9})


def test_more_epochs(client: FlaskClient, app: Flask, train: Train) -> None:
    worker = train()
    path = f"/api/runs/{worker.run_id}"
    assert problem(client.post(f"{path}/extend", json={"epochs": 1}))[:2] == (409, "wrong_state")
    with app.app_context():
        worker.epoch(1)
        worker.finish()
    answer = client.post(f"{path}/extend", json={"epochs": 3})
    assert (answer.status_code, answer.get_json()["epochs"]) == (202, 4)


@pytest.mark.parametrize("body", [{}, {"epochs": 0}, {"epochs": "1"}, {"epochs": 1.5}, []])
def test_more_epochs_that_cannot_be(client: FlaskClient, create: Create, body: Any) -> None:
    answer = client.post(f"/api/runs/{create()}/extend", json=body)
    assert problem(answer)[:2] == (422, "invalid_input")


def test_another_learning_rate(client: FlaskClient, train: Train) -> None:
    path = f"/api/runs/{train().run_id}"
    assert client.patch(path, json={"learning_rate": 0.5, "name": "Faster"}).status_code == 200
    assert client.get(path).get_json()["name"] == "Faster"
    for rate in (0, -1, "0.1", None, 1e39):
        answer = client.patch(path, json={"learning_rate": rate, "name": ""})
        status, _code, paths = problem(answer)
        assert (status, paths) == (422, ["name", "learning_rate"]), "all problems at once"


def test_messages_follow_the_readers_language(client: FlaskClient) -> None:
    messages = {
        client.get("/api/runs/nobody", headers={"Accept-Language": tag}).get_json()["error"][
            "message"
        ]
        for tag in ("en", "de")
    }
    assert messages == {"There is no such run."}


def test_the_curve(client: FlaskClient, train: Train) -> None:
    run_id = train(epochs=3, status="finished").run_id
    answer = client.get(f"/api/runs/{run_id}/curve").get_json()
    assert answer["run"] == client.get(f"/api/runs/{run_id}").get_json()
    assert answer["epochs"]["epoch"] == [1, 2, 3]
    few = client.get(f"/api/runs/{run_id}/curve?most=2").get_json()
    assert few["epochs"]["epoch"] == [1, 3]


@pytest.mark.parametrize("most", ["1", "10001", "x"])
def test_a_curve_that_cannot_be(client: FlaskClient, train: Train, most: str) -> None:
    answer = client.get(f"/api/runs/{train().run_id}/curve?most={most}")
    assert problem(answer) == (422, "invalid_query", ["most"])
    assert problem(client.get("/api/runs/nobody/curve"))[:2] == (404, "run_not_found")


def test_a_name_is_made_in_the_readers_language(
    client: FlaskClient, config: dict[str, Any]
) -> None:
    del config["name"]
    answer = client.post("/api/runs", json=config, headers={"Accept-Language": "zh-CN"})
    assert answer.get_json()["name"] == "784 → 16 → 10 · 前 600 张图片 · 2 轮"
