"""Which datasets are here, and the download of MNIST, from a server on this machine."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask

from webapp import http_errors, language
from webapp.app import create_app
from webapp.datasets import catalogue, check
from webapp.datasets.download import (
    DAMAGED,
    TOO_SLOW,
    UNREACHABLE,
    DownloadFailed,
    Patience,
    Source,
    fetch,
)
from webapp.datasets.files import keras_cache, mnist_5k_file, mnist_file
from webapp.settings import Settings
from webapp.web.api.datasets import bp


def content_of(**changes: Any) -> bytes:
    """An .npz with as many images and labels as MNIST has, all of them zero but for `changes`."""
    x_train, x_test = np.zeros((60_000, 28, 28), np.uint8), np.zeros((10_000, 28, 28), np.uint8)
    labels = {"y_train": np.zeros(60_000, np.uint8), "y_test": np.zeros(10_000, np.uint8)}
    file = io.BytesIO()
    np.savez_compressed(file, **{"x_train": x_train, "x_test": x_test, **labels, **changes})
    return file.getvalue()


CONTENT = content_of()


class FileServer:
    """Serves one content; `gate` holds the second half back until it is set."""

    def __init__(self) -> None:
        self.content, self.status = CONTENT, 200
        self.gate = threading.Event()
        self.gate.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.content)))
                self.end_headers()
                half = len(outer.content) // 2
                self.wfile.write(outer.content[:half])
                outer.gate.wait(30)
                self.wfile.write(outer.content[half:])

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()
        sha = hashlib.sha256(CONTENT).hexdigest()
        url = f"http://127.0.0.1:{self.http.server_address[1]}/mnist.npz"
        self.source = Source(url, sha, len(CONTENT))

    def close(self) -> None:
        self.gate.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[FileServer]:
    server = FileServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "keras"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def app(settings: Settings, server: FileServer) -> Iterator[Flask]:
    app = Flask("webapp")
    language.init_app(app)
    http_errors.register(app)
    downloads = catalogue.Downloads(app, settings, server.source)
    catalogue.DOWNLOADS.provide(app, downloads)
    app.register_blueprint(bp)
    yield app
    server.gate.set()
    downloads.join(30)


@pytest.fixture
def published(app: Flask) -> Iterator[list[dict[str, Any]]]:
    received: list[dict[str, Any]] = []

    def receive(_app: object, progress: dict[str, Any]) -> None:
        received.append(progress)

    with catalogue.dataset_progress.connected_to(receive, app):
        yield received


def downloads_of(app: Flask) -> catalogue.Downloads:
    return catalogue.DOWNLOADS.get(app)


def test_the_bundled_digits_are_always_here(settings: Settings) -> None:
    bundled, mnist = catalogue.look(settings)
    assert (bundled.name, bundled.available, bundled.downloadable) == ("mnist-5k", True, False)
    assert (mnist.name, mnist.available, mnist.downloadable) == ("mnist", False, True)
    assert bundled.bytes is mnist.bytes is None
    kept = mnist_5k_file(settings.data_dir)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"four")
    assert catalogue.look_for("mnist-5k", settings).bytes == 4


def test_mnist_is_where_the_setting_says_else_in_keras_cache(tmp_path: Path) -> None:
    cache = keras_cache()
    assert cache == tmp_path / "keras" / "datasets" / "mnist.npz"
    assert keras_cache({}) == Path.home() / ".keras" / "datasets" / "mnist.npz"
    named = tmp_path / "my.npz"
    assert mnist_file(named) == cache
    named.write_bytes(b"x")
    assert mnist_file(named) == named
    assert mnist_file(None) == cache


def test_download_puts_the_file_into_keras_cache(
    app: Flask, settings: Settings, published: list[dict[str, Any]]
) -> None:
    answer = app.test_client().post("/api/datasets/mnist/download")
    assert (answer.status_code, answer.json) == (202, {"name": "mnist", "state": "downloading"})
    downloads_of(app).join(30)
    assert keras_cache().read_bytes() == CONTENT
    assert [path.name for path in keras_cache().parent.iterdir()] == ["mnist.npz"]
    assert published[0] == {
        "name": "mnist",
        "state": "downloading",
        "received": 0,
        "total": len(CONTENT),
        "message": "",
    }
    assert published[-1]["state"] == "available"
    assert published[-1]["received"] == len(CONTENT)
    assert catalogue.look_for("mnist", settings).available
    again = app.test_client().post("/api/datasets/mnist/download")
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "dataset_available")


def test_one_download_at_a_time(app: Flask, server: FileServer) -> None:
    server.gate.clear()
    assert app.test_client().post("/api/datasets/mnist/download").status_code == 202
    second = app.test_client().post("/api/datasets/mnist/download")
    assert (second.status_code, second.get_json()["error"]["code"]) == (409, "download_running")
    server.gate.set()
    downloads_of(app).join(30)
    assert keras_cache().exists()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("nothing", 404, "dataset_not_found"), ("mnist-5k", 409, "dataset_available")],
)
def test_what_cannot_be_downloaded(app: Flask, name: str, status: int, code: str) -> None:
    answer = app.test_client().post(f"/api/datasets/{name}/download")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_a_failure_is_reported_and_another_try_may_follow(
    app: Flask, server: FileServer, published: list[dict[str, Any]]
) -> None:
    server.content = CONTENT[::-1]  # as long, but not what the hash says
    downloads_of(app).start("mnist")
    downloads_of(app).join(30)
    assert (published[-1]["state"], published[-1]["message"]) == ("failed", DAMAGED)
    assert list(keras_cache().parent.iterdir()) == []
    server.content = CONTENT
    downloads_of(app).start("mnist")
    downloads_of(app).join(30)
    assert published[-1]["state"] == "available"


def test_a_refusing_server(server: FileServer, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(DownloadFailed, match="reached"):
        fetch(server.source, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_no_network(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        fetch(Source("http://127.0.0.1:9/mnist.npz", "", 1), tmp_path / "file")
    assert str(caught.value) == UNREACHABLE


def test_a_server_that_falls_silent(server: FileServer, tmp_path: Path) -> None:
    server.gate.clear()
    with pytest.raises(DownloadFailed) as caught:
        fetch(server.source, tmp_path / "file", patience=Patience(silence=0.2))
    assert str(caught.value) == UNREACHABLE


def test_a_download_without_end(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        fetch(server.source, tmp_path / "file", patience=Patience(whole=-1.0))
    assert str(caught.value) == TOO_SLOW


def test_a_flood_is_cut(server: FileServer, tmp_path: Path) -> None:
    flood = Source(server.source.url, server.source.sha256, 1000)
    with pytest.raises(DownloadFailed) as caught:
        fetch(flood, tmp_path / "file")
    assert str(caught.value) == DAMAGED


def test_a_disk_that_cannot_be_written(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadFailed, match="disk"):
        fetch(server.source, tmp_path / "file" / "mnist.npz")


@pytest.mark.parametrize("named", [True, False], ids=["INKLING_MNIST", "Keras' cache"])
def test_a_file_that_is_not_mnist(
    tmp_path: Path, named: bool, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "my.npz" if named else keras_cache()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"<html>Please log in</html>")
    mnist = {"INKLING_MNIST": str(path)} if named else {}
    settings = Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data"), **mnist})
    with caplog.at_level(logging.WARNING):
        looks = [catalogue.look_for("mnist", settings) for _time in range(3)]
    for look in looks:
        assert (look.available, look.reason) == (False, check.WEB_PAGE)
        assert look.downloadable is not named  # the file that is named would still be in the way
    assert len(caplog.records) == 1 and str(path) in caplog.text
    changed = path.stat().st_mtime_ns
    path.write_bytes(CONTENT)
    os.utime(path, ns=(changed, changed))  # as a copy that keeps the time of its original
    look = catalogue.look_for("mnist", settings)
    assert (look.available, look.reason) == (True, None)


def test_the_catalogue_reports_the_reason(tmp_path: Path) -> None:
    keras_cache().parent.mkdir(parents=True)
    keras_cache().write_bytes(content_of(y_test=np.full(10_000, 10, np.uint8)))
    settings = Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data")})
    client = create_app(settings).test_client()
    bundled, mnist = client.get("/api/catalog").get_json()["datasets"]
    assert bundled["available"] is True and bundled["reason"] is None
    assert (mnist["available"], mnist["reason"]) == (False, check.NOT_DIGITS)
    translated = client.get("/api/catalog", headers={"Accept-Language": "zh"}).get_json()
    assert translated["datasets"][1]["reason"] not in (None, check.NOT_DIGITS)
    sizes = client.get("/api/lessons").get_json()["sizes"]
    assert [size["available"] for size in sizes] == [size["dataset"] != "mnist" for size in sizes]


def test_a_download_of_other_digits_is_not_called_a_success(
    app: Flask, server: FileServer, published: list[dict[str, Any]]
) -> None:
    server.content = content_of(x_train=np.zeros((3000, 28, 28), np.uint8))
    hash_ = hashlib.sha256(server.content).hexdigest()
    downloads_of(app)._source = Source(server.source.url, hash_, len(server.content))
    downloads_of(app).start("mnist")
    downloads_of(app).join(30)
    assert (published[-1]["state"], published[-1]["message"]) == ("failed", check.NOT_LABELS)
