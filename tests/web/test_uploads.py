"""Files that come in: where they lie, and that none stays."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import pytest
from flask import Flask, request

from tests.conftest import migrate
from tests.fakes.doubles import FakeInsights, FakeLauncher, FakePredictor
from webapp import app as application
from webapp.data_dir import incoming_dir
from webapp.errors import InvalidInput
from webapp.settings import Settings
from webapp.web.uploads import StoringRequest


def test_a_file_comes_into_the_data_directory_once(app: Flask) -> None:
    form = {"file": (io.BytesIO(b"0123456789" * 10_000), "model.keras")}
    with app.test_request_context("/api/models", method="POST", data=form):
        came: list[int] = []
        cast(StoringRequest, request).take_file(came.append)
        upload = request.files["file"]
        assert sum(came) == 100_000
        path = Path(upload.stream.name)
        upload.stream.flush()
        assert path.parent == incoming_dir(Path(app.config["DATA_DIR"]))
        assert path.stat().st_size == 100_000
        request.close()
        assert not path.exists()


def test_a_file_comes_only_where_a_route_takes_one(app: Flask) -> None:
    form = {"file": (io.BytesIO(b"x"), "model.keras")}
    with (
        app.test_request_context("/api/models", method="POST", data=form),
        pytest.raises(InvalidInput),
    ):
        request.files.get("file")
    assert not incoming_dir(Path(app.config["DATA_DIR"])).exists()


def test_a_start_removes_what_a_killed_server_left(settings: Settings) -> None:
    doubles = {"launcher": FakeLauncher(), "predictor": FakePredictor()}
    made = application.create_app(settings, **doubles, insight_worker=FakeInsights())  # type: ignore[arg-type]
    migrate(made)
    left = incoming_dir(settings.data_dir) / "tmp123.upload"
    left.parent.mkdir()
    left.write_bytes(b"half a model")
    application.tidy(made)
    assert not left.exists()
