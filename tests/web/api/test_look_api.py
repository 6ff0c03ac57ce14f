"""``/look`` with a fake predictor, and the arguments of the views of the inside."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import FakeInsights, FakePredictor, Worker
from tests.web.api.test_runs_api import problem
from webapp.errors import Unavailable

SEVEN = [[[0, 0], [10, 0], [4, 20]]]
Train = Callable[..., Worker]


def test_looking_inside(client: FlaskClient, train: Train, predictor: FakePredictor) -> None:
    worker = train(epochs=2)
    path = f"/api/runs/{worker.run_id}/look"
    answer = client.post(path, json={"strokes": SEVEN})
    assert answer.status_code == 200, answer.text
    said = answer.get_json()
    names = {"digit", "probabilities", "layers", "saliency", "input", "epoch", "ms"}
    assert set(said) == names and said["epoch"] == 2
    (question,) = predictor.asked
    assert question["ask"] == "look" and question["model"]["epoch"] == 2
    image = base64.b64decode(question["image"])
    assert list(image) == [value for row in said["input"] for value in row] and len(image) == 784
    again = client.post(path, json={"pixels": said["input"]})
    assert again.get_json()["input"] == said["input"], "what was seen can be looked at again"


def test_another_epoch(app: Flask, client: FlaskClient, train: Train) -> None:
    worker = train(epochs=3)
    answer = client.post(f"/api/runs/{worker.run_id}/look?epoch=1", json={"strokes": SEVEN})
    assert answer.get_json()["epoch"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"strokes": []}, "empty_drawing"),
        ({"pixels": [[256] * 28] * 28}, "bad_pixels"),
        ({}, "invalid_drawing"),
        ({"strokes": SEVEN, "layer": 3}, "invalid_drawing"),
    ],
)
def test_drawings_that_cannot_be(
    client: FlaskClient, train: Train, body: dict[str, Any], code: str
) -> None:
    answer = client.post(f"/api/runs/{train().run_id}/look", json=body)
    assert problem(answer)[:2] == (422, code)


def test_runs_that_cannot_be_looked_into(
    client: FlaskClient, create: Callable[..., str], train: Train, predictor: FakePredictor
) -> None:
    assert client.post("/api/runs/none/look", json={"strokes": SEVEN}).status_code == 404
    answer = client.post(f"/api/runs/{create()}/look", json={"strokes": SEVEN})
    assert problem(answer)[:2] == (409, "wrong_state")
    predictor.error = Unavailable("predictor_unavailable")
    answer = client.post(f"/api/runs/{train().run_id}/look", json={"strokes": SEVEN})
    assert problem(answer)[:2] == (503, "predictor_unavailable")


def test_the_arguments_of_weights(
    client: FlaskClient, train: Train, insight_worker: FakeInsights
) -> None:
    path = f"/api/runs/{train(epochs=1).run_id}/insights/weights"
    assert client.get(f"{path}?layer=2&order=number&offset=100").status_code == 200
    (question,) = insight_worker.asked
    wanted = {"layer": 2, "order": "number", "offset": 100, "limit": 100}
    assert question["arguments"] == wanted
    answer = client.get(f"{path}?layer=-1&order=size&limit=0")
    status, code, fields = problem(answer)
    assert (status, code) == (422, "invalid_query")
    assert sorted(fields) == ["layer", "limit", "order"], "all problems at once"
