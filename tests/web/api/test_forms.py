"""Bodies that are forms: one file each, on disk, within a share."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.api.test_bodies import NONE, form, only, taken, unread
from tests.web.api.test_runs_api import problem
from webapp.data_dir import incoming_dir
from webapp.security import limits
from webapp.web.api.body_budget import Bounds


def test_a_form_has_one_file(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/api/models", **form(*[("file", "x.keras")] * 2))
    assert problem(answer) == (422, "invalid_model", ["file"])
    answer = client.post("/api/models", **form(*[(str(n), "x.keras") for n in range(995)]))
    assert problem(answer) == (422, "invalid_model", ["file"])
    assert list(incoming_dir(Path(app.config["DATA_DIR"])).iterdir()) == []


def test_a_form_has_few_parts_besides(client: FlaskClient) -> None:
    assert problem(client.post("/api/models", **form(*[("x", "")] * 1000)))[0] == 413
    long = form(("x", ""), ("file", "x.keras"), content=b"x" * (limits.FORM_PART_BYTES + 1))
    assert problem(client.post("/api/models", **long))[0] == 413


def test_files_without_room(client: FlaskClient, app: Flask) -> None:
    """The sentence stands beside the field, in the reader's language."""
    form_type = {"content_type": "multipart/form-data; boundary=x", "size": 2**20}
    budget = only("uploads", app, Bounds(1, 2**30, 1, 2**30, 0, 60))
    for client_name, status, words in (
        ("another", 503, "Too many files are being uploaded at once."),
        ("address 127.0.0.1", 429, "Your other files are still being uploaded."),
    ):
        with taken(budget, client_name):
            answer = unread(client, "POST", "/api/models", **form_type)
            chinese = unread(client, "POST", "/api/models?lang=zh", **form_type)
        assert problem(answer)[::2] == (status, ["file"])
        error = answer.get_json()["error"]
        assert error["message"] == words and error["retry_after"] and answer.headers["Retry-After"]
        assert chinese.get_json()["error"]["message"] != words


def test_a_file_that_lost_its_share_frees_the_disk(app: Flask) -> None:
    budget = only("uploads", app, NONE)
    sizes: list[int] = []

    class Body(io.BytesIO):
        """Loses its share while it comes."""

        def readinto(self, buffer: Any) -> int:
            if self.tell() > 200_000 and not sizes:
                [share] = budget._shares
                budget._lose_slowest([share])
                sizes.extend(path.stat().st_size for path in incoming_dir(folder).iterdir())
            return super().readinto(buffer)

    folder = Path(app.config["DATA_DIR"])
    budget._pace = lambda share: 0.0  # type: ignore[method-assign]
    sent = form(("file", "x.keras"), content=b"x" * 400_000)
    body = Body(sent["data"])
    answer = app.test_client().post(
        "/api/models", input_stream=body, content_type=sent["content_type"],
        environ_overrides={"CONTENT_LENGTH": str(len(body.getvalue()))},
    )  # fmt: skip
    assert problem(answer)[::2] == (503, ["file"])
    assert sizes == [0]
    assert list(incoming_dir(folder).iterdir()) == []
    assert json.loads(answer.data)["error"]["retry_after"]


@pytest.mark.parametrize("path", ["/login", "/logout", "/api/runs", "/api/check"])
def test_no_other_route_takes_a_file(client: FlaskClient, app: Flask, path: str) -> None:
    assert client.post(path, **form(("file", "x.keras"))).status_code == 415
    assert not incoming_dir(Path(app.config["DATA_DIR"])).exists()
