"""Models go out as files, and come in as runs."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker, keras_file
from tests.web.api.test_runs_api import problem
from webapp.kerasfile import importing
from webapp.runs import files, room

SEVEN = [[[0, 0], [10, 0], [4, 20]]]
Create = Callable[..., str]
Train = Callable[..., Worker]


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("Lecture network", "Lecture-network.keras", "Lecture-network.keras"),
        ("数字 1", "1.keras", "数字-1.keras"),
        ('a"b\\c/../d', "a-b-c-..-d.keras", "a-b-c-..-d.keras"),
        ("///", "model.keras", "model.keras"),
    ],
)
def test_downloading(client: FlaskClient, train: Train, name: str, plain: str, full: str) -> None:
    worker = train(epochs=1, status="finished", name=name)
    with client.get(f"/api/runs/{worker.run_id}/model?format=keras") as answer:
        assert answer.data == keras_file(1)
        disposition = answer.headers["Content-Disposition"]
    assert f'filename="{plain}"' in disposition
    assert unquote(disposition.partition("UTF-8''")[2]) == full
    with client.get(f"/api/runs/{worker.run_id}/model") as answer:
        assert answer.status_code == 200
    answer = client.get(f"/api/runs/{worker.run_id}/model?format=h5")
    assert problem(answer) == (422, "invalid_query", ["format"])


def upload(client: FlaskClient, content: bytes, filename: str = "mine.keras") -> Any:
    return client.post("/api/models", data={"file": (io.BytesIO(content), filename)})


def test_uploading(client: FlaskClient, app: Flask, archive: None) -> None:
    answer = upload(client, b"good", "数字.keras")
    run = answer.get_json()
    assert answer.status_code == 201
    assert (run["status"], run["source"], run["name"]) == ("finished", "imported", "数字")
    answer = client.post(f"/api/runs/{run['id']}/predict", json={"strokes": SEVEN})
    assert answer.get_json()["epoch"] == 0
    assert client.get(f"/api/runs/{run['id']}/evaluation").status_code == 200
    assert client.get(f"/api/runs/{run['id']}").get_json()["test"] is not None
    with app.app_context():
        assert list((files.data_dir() / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        (" e\u0301 \u202e.keras", "é"),
        ("\u200b.keras", "Imported model"),
        ("\u200d\u3164.keras", "Imported model"),
        (".keras", "Imported model"),
        ("x" * 100 + ".keras", "x" * 80),
    ],
)
def test_the_name_of_a_file_becomes_a_name(
    client: FlaskClient, archive: None, filename: str, name: str
) -> None:
    assert upload(client, b"good", filename).get_json()["name"] == name


def test_uploads_that_cannot_be(client: FlaskClient, archive: None) -> None:
    assert problem(upload(client, b"bad"))[:2] == (422, "import_failed")
    answer = client.post("/api/models", data={"other": "x"}, content_type="multipart/form-data")
    assert problem(answer) == (422, "invalid_model", ["file"])
    assert problem(client.post("/api/models", json={}))[0] == 415
    assert client.get("/api/runs").get_json() == {"runs": [], "next": None}


ONE_MODEL = room.RUN_BYTES + room.NUMBER_BYTES * (784 * 16 + 16 + 16 * 10 + 10)


def import_folders(app: Flask) -> list[str]:
    """The folders of runs on the disk."""
    with app.app_context():
        return [path.name for path in (files.data_dir() / "runs").glob("*")]


@pytest.mark.parametrize("bound", ["OWNERS_BYTES", "ALL_BYTES"])
def test_imported_models_have_so_much_room(
    client: FlaskClient,
    app: Flask,
    archive: None,
    create: Create,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    bound: str,
) -> None:
    caplog.set_level(logging.INFO, "webapp.security.refusals")
    monkeypatch.setattr(room, bound, 2 * ONE_MODEL + room.RUN_BYTES)
    create()  # what is trained here does not count
    kept = [upload(client, b"good").get_json()["id"] for _ in range(2)]
    answer = upload(client, b"good")
    assert problem(answer) == (409, "imports_full", [])
    assert "Delete some" in answer.get_json()["error"]["message"]
    assert "refused import" in caplog.text
    assert sorted(import_folders(app)) == sorted(kept), "nothing is left of it"
    stranger = client.post("/api/owners").get_json()["owner"]
    content = {"file": (io.BytesIO(b"good"), "mine.keras")}
    answer = client.post("/api/models", data=content, headers={"X-Inkling-Owner": stranger})
    assert answer.status_code == (201 if bound == "OWNERS_BYTES" else 409)
    assert client.delete(f"/api/runs/{kept[0]}").status_code == 204
    assert upload(client, b"good").status_code == 201


def test_without_any_room_no_archive_is_opened(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "ALL_BYTES", room.RUN_BYTES - 1)
    opened: list[Path] = []
    monkeypatch.setattr(importing, "import_archive", lambda path, _to: opened.append(path))
    content = {"file": (io.BytesIO(b"good"), "mine.keras")}
    answer = client.post("/api/models", data=content, headers={"Accept-Language": "zh"})
    assert problem(answer) == (409, "imports_full", [])
    assert "删除" in answer.get_json()["error"]["message"]
    assert not opened
