"""``/predict``, ``/evaluation``, ``/model`` and ``/api/models`` with a fake predictor."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.fakes.doubles import FakePredictor, Worker
from tests.ink.pictures import with_scans
from tests.web.api.test_models_api import upload
from tests.web.api.test_runs_api import problem
from webapp.errors import Unavailable
from webapp.ml.process.failure import Failure, not_finite
from webapp.runs import control
from webapp.workers.keeper import refusal

SEVEN = [[[0, 0], [10, 0], [4, 20]]]
SCANS = "data:;base64," + base64.b64encode(with_scans(60)).decode()
Create = Callable[..., str]
Train = Callable[..., Worker]


def image_url(kind: str = "PNG", side: int = 60) -> str:
    picture = Image.new("L", (side, side), 255)
    picture.paste(0, (side // 3, side // 4, side // 2, side * 3 // 4))
    file = io.BytesIO()
    picture.save(file, kind)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(
    "body",
    [
        {"strokes": SEVEN},
        {"image": image_url()},
        {"image": image_url("JPEG")},
        {"image": image_url().replace("image/png", "")},
        {"image": image_url().replace("image/png", "application/octet-stream")},
        {"image": image_url("JPEG").replace("image/jpeg", "image/png")},
        {"pixels": [[0] * 28] * 27 + [[255.0] * 28]},
    ],
    ids=["strokes", "png", "jpeg", "no type", "any type", "a wrong type", "pixels"],
)
def test_predicting(
    client: FlaskClient, train: Train, predictor: FakePredictor, body: dict[str, Any]
) -> None:
    worker = train(epochs=2)
    answer = client.post(f"/api/runs/{worker.run_id}/predict", json=body)
    assert answer.status_code == 200, answer.text
    said = answer.get_json()
    assert set(said) == {"digit", "probabilities", "input", "epoch", "ms"}
    assert said["epoch"] == 2 and said["ms"] > 0 and len(said["probabilities"]) == 10
    assert said["probabilities"][said["digit"]] == 1.0
    seen = [value for row in said["input"] for value in row]
    assert len(seen) == 784 and bytes(seen) == predictor.asked[0]["image"] and max(seen) == 255
    model = predictor.asked[0]["model"]
    assert model["weights"].endswith("1-2.npz") and model["config"]["seed"] == 1


def test_before_the_first_epoch_the_initial_weights_answer(
    client: FlaskClient, train: Train
) -> None:
    run_id = train().run_id
    answer = client.post(f"/api/runs/{run_id}/predict", json={"strokes": SEVEN})
    assert answer.get_json()["epoch"] == 0


def test_a_run_that_waits_cannot_predict(client: FlaskClient, create: Create) -> None:
    run_id = create()
    for path in (f"/api/runs/{run_id}/evaluation", f"/api/runs/{run_id}/model"):
        assert problem(client.get(path))[:2] == (409, "wrong_state")
    answer = client.post(f"/api/runs/{run_id}/predict", json={"strokes": SEVEN})
    assert problem(answer)[:2] == (409, "wrong_state")


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"strokes": []}, 422, "empty_drawing", "strokes"),
        ({"strokes": [[]]}, 422, "empty_drawing", "strokes"),
        ({"strokes": [[["1", 2]]]}, 422, "bad_strokes", "strokes"),
        ({"strokes": [[[1, 2, 3]]]}, 422, "bad_strokes", "strokes"),
        ({"strokes": [[[True, 2]]]}, 422, "bad_strokes", "strokes"),
        ({"strokes": [[[10**400, 2]]]}, 422, "bad_strokes", "strokes"),
        ({"strokes": {}}, 422, "bad_strokes", "strokes"),
        ({"strokes": [[[float("nan"), 2]]]}, 422, "not_finite", "strokes"),
        ({"strokes": [[[0, 0]]] * 201}, 422, "too_many_strokes", "strokes"),
        ({"strokes": [[[0, 0]] * 20_001]}, 422, "too_many_points", "strokes"),
        ({"strokes": [["counted first"] * 20_001]}, 422, "too_many_points", "strokes"),
        ({"pixels": [[0] * 28] * 28}, 422, "empty_drawing", "pixels"),
        ({"pixels": [[0] * 28] * 27}, 422, "bad_pixels", "pixels"),
        ({"pixels": [[256] * 28] * 28}, 422, "bad_pixels", "pixels"),
        ({"pixels": "x"}, 422, "bad_pixels", "pixels"),
        ({"image": "data:image/png;base64,AAAA"}, 422, "not_an_image", "image"),
        ({"image": "data:image/png;base64,!"}, 422, "not_an_image", "image"),
        ({"image": "http://example.com/x.png"}, 422, "not_an_image", "image"),
        ({"image": image_url().removeprefix("data:")}, 422, "not_an_image", "image"),
        ({"image": image_url().replace(";base64", "")}, 422, "not_an_image", "image"),
        ({"image": 7}, 422, "not_an_image", "image"),
        ({"image": "data:image/png;base64," + "A" * 5_700_000}, 413, "image_too_large", "image"),
        ({"image": image_url(side=4097)}, 413, "image_too_large", "image"),
        ({"image": SCANS}, 422, "image_too_complex", "image"),
        ({}, 422, "invalid_drawing", "strokes"),
        ({"strokes": SEVEN, "pixels": []}, 422, "invalid_drawing", "strokes"),
        ({"strokes": SEVEN, "brush": 3}, 422, "invalid_drawing", "brush"),
    ],
)
def test_drawings_that_cannot_be(
    client: FlaskClient, train: Train, body: dict[str, Any], status: int, code: str, path: str
) -> None:
    path_ = f"/api/runs/{train().run_id}/predict"
    answer = client.post(path_, data=json.dumps(body), content_type="application/json")
    assert problem(answer)[:2] == (status, code) and path in problem(answer)[2]


@pytest.mark.parametrize("body", ["[" + "0," * 1_200_000 + "0]", '{"strokes": [' + "[]," * 900_000])
def test_what_would_take_long_to_read_is_not_read(
    client: FlaskClient, train: Train, body: str
) -> None:
    path = f"/api/runs/{train().run_id}/predict"
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 413


def test_a_flood_of_unknown_keys_is_reported_in_short(client: FlaskClient, train: Train) -> None:
    path = f"/api/runs/{train().run_id}/predict"
    answer = client.post(path, json={f"{number}{'x' * 50}": 0 for number in range(10_000)})
    assert answer.status_code == 422
    assert len(answer.get_json()["error"]["fields"]) <= 101 and len(answer.data) < 30_000


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"strokes": [[]]}, "Nothing has been drawn yet."),
        ({"image": image_url(side=1)}, "No digit was found in the image."),
        ({"image": "data:image/png;base64,AAAA"}, "The image cannot be used."),
        ({"pixels": []}, "The drawing cannot be used."),
    ],
)
def test_the_sentence_fits_what_was_sent(
    client: FlaskClient, train: Train, body: dict[str, Any], sentence: str
) -> None:
    answer: Any = client.post(f"/api/runs/{train().run_id}/predict", json=body)
    error = answer.json["error"]
    assert error["message"] == sentence and len(error["fields"]) == 1


def test_a_predictor_that_is_away(
    client: FlaskClient, train: Train, predictor: FakePredictor
) -> None:
    run_id = train().run_id
    predictor.error = Unavailable("predictor_unavailable")
    answer = client.post(f"/api/runs/{run_id}/predict", json={"strokes": SEVEN})
    assert problem(answer)[:2] == (503, "predictor_unavailable")


GONE = {"en": "The model of this run was deleted.", "zh": "这次训练的模型已不存在。"}


@pytest.mark.parametrize("path", ["predict", "look", "evaluation", "model"])
@pytest.mark.parametrize("language", GONE)
def test_a_worker_s_error_in_the_reader_s_language(
    client: FlaskClient, train: Train, predictor: FakePredictor, path: str, language: str
) -> None:
    predictor.error = refusal(Failure("model_missing", GONE["en"], expected=True).as_json())
    ask = client.post if path in ("predict", "look") else client.get
    body = {"json": {"strokes": SEVEN}} if path in ("predict", "look") else {}
    answer = ask(
        f"/api/runs/{train(epochs=1).run_id}/{path}",
        headers={"Accept-Language": language},
        **body,
    )
    assert problem(answer)[:2] == (409, "model_missing")
    assert answer.get_json()["error"]["message"] == GONE[language]


def test_the_evaluation_is_computed_once(
    client: FlaskClient, app: Flask, train: Train, predictor: FakePredictor
) -> None:
    worker = train(epochs=1)
    path = f"/api/runs/{worker.run_id}/evaluation"
    first, second = client.get(path), client.get(path)
    assert first.get_json() == second.get_json()
    measured = {"loss", "accuracy", "samples", "confusion", "per_class"}
    assert set(first.get_json()) == {"epoch", *measured}
    assert len(predictor.asked) == 1
    with app.app_context():
        worker.epoch(2)
    client.get(path)
    assert len(predictor.asked) == 2, "newer weights are evaluated anew"


def test_a_run_that_goes_on_keeps_no_test_of_before(
    client: FlaskClient, app: Flask, train: Train
) -> None:
    """Somebody may look at a paused run's evaluation as somebody lets it go on."""
    worker = train(epochs=1)
    with app.app_context():
        worker.send({"type": "status", "status": "paused"})
        control.resume(worker.run_id)
    path = f"/api/runs/{worker.run_id}"
    assert client.get(f"{path}/evaluation").status_code == 200
    assert client.get(path).get_json()["test"] is None


def test_a_run_whose_weights_turn_out_not_to_be_finite_has_diverged(
    client: FlaskClient, archive: None, predictor: FakePredictor
) -> None:
    """A model from outside may have such weights, too: its first evaluation shows it."""
    predictor.error = refusal(not_finite().as_json())
    run = upload(client, b"good").get_json()
    path = f"/api/runs/{run['id']}"
    for ask in ("evaluation", "model"):
        assert problem(client.get(f"{path}/{ask}"))[:2] == (409, "not_finite")
    for ask in ("predict", "look"):
        answer = client.post(f"{path}/{ask}", json={"strokes": SEVEN})
        assert problem(answer)[:2] == (409, "not_finite")
    run = client.get(path).get_json()
    assert run["diverged"] is True and run["test"] == {"loss": None, "accuracy": None}
