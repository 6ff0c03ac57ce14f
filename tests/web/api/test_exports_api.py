"""``GET /api/runs/<id>/model``: several at once, and files that are broken."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import FakePredictor, Worker, keras_file, wait_until
from tests.web.api.test_runs_api import problem
from webapp.runs import evaluations, exports, files, lifecycle

Train = Callable[..., Worker]


class Slow(FakePredictor):
    """Writes each file in two parts; waits between them until ``free`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.at_work, self.most = 0, 0

    def ask(self, question: dict[str, Any], seconds: float = 0) -> dict[str, Any]:
        self.asked.append(question)
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        content, path = keras_file(question["model"]["epoch"]), Path(question["path"])
        path.write_bytes(content[:50])
        assert self.free.wait(10)
        with path.open("ab") as file:  # anew and broken, were it gone
            file.write(content[50:])
        self.at_work -= 1
        return {}


@pytest.fixture
def predictor() -> Slow:
    return Slow()


@pytest.fixture
def run(app: Flask, train: Train) -> Worker:
    """A run after three epochs, all of them kept."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], keep_checkpoints=20)
    return train(epochs=3, name="Mine")


def address(run: Worker, epoch: int) -> str:
    return f"/api/runs/{run.run_id}/model?epoch={epoch}"


def kept(run: Worker) -> list[Path]:
    """All that lies where the run's files are made."""
    return list((files.run_dir(run.run_id) / "exports").iterdir())


def test_all_runs_together_keep_so_many_bytes(
    client: FlaskClient,
    run: Worker,
    train: Train,
    predictor: Slow,
    monkeypatch: pytest.MonkeyPatch,
    app: Flask,
) -> None:
    monkeypatch.setattr(exports, "ALL_BYTES", 2 * 4096)
    predictor.free.set()
    runs = [run, train(1), train(1)]
    for one in (runs[0], runs[1], runs[0], runs[2]):  # the first is used again
        client.get(address(one, 1)).close()
    with app.app_context():
        assert [len(kept(one)) for one in runs] == [1, 0, 1]


def test_exports_of_one_run_at_once(app: Flask, run: Worker, predictor: Slow) -> None:
    wanted = [3, 1, 3, 2, 1, 3]

    def download(epoch: int) -> bytes:
        with app.test_client().get(address(run, epoch)) as answer:
            return bytes(answer.data)

    with ThreadPoolExecutor(len(wanted)) as pool:
        came: list[Future[bytes]] = [pool.submit(download, epoch) for epoch in wanted]
        wait_until(lambda: exports._turns._users.get(run.run_id) == len(wanted))
        predictor.free.set()
        assert [one.result() for one in came] == [keras_file(epoch) for epoch in wanted]
    assert predictor.most == 1, "one at a time"
    assert len(exports._turns) == 0, "nothing is left of it in memory"


def test_those_of_the_same_weights_are_made_once(app: Flask, run: Worker, predictor: Slow) -> None:
    with ThreadPoolExecutor(4) as pool:
        came = [pool.submit(app.test_client().get, address(run, 3)) for _ in range(4)]
        wait_until(lambda: exports._turns._users.get(run.run_id) == 4)
        predictor.free.set()
        for one in came:
            with one.result() as answer:
                assert answer.data == keras_file(3)
    assert len(predictor.asked) == 1


def test_two_that_ask_for_one_evaluation_have_it_computed_once(
    app: Flask, run: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, free = [], threading.Event()
    real = FakePredictor.ask

    def ask(self: Slow, question: dict[str, Any], seconds: float = 0) -> dict[str, Any]:
        asked.append(question)
        assert free.wait(10)
        return real(self, question)

    monkeypatch.setattr(Slow, "ask", ask)
    path = f"/api/runs/{run.run_id}/evaluation"
    with ThreadPoolExecutor(3) as pool:
        came = [pool.submit(app.test_client().get, path) for _ in range(3)]
        wait_until(lambda: sum(evaluations._turns._users.values()) == 3)
        free.set()
        assert {one.result().get_json()["accuracy"] for one in came} == {0.9}
    assert len(asked) == 1


def only_the_note() -> bytes:
    """What appending to a file that was gone left behind: an archive, but no model."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("inkling.json", "{}")
    return file.getvalue()


BROKEN = {
    "empty": b"",
    "only the note": only_the_note(),
    "cut": keras_file(3)[:-30],
    "a flipped bit": keras_file(3).replace(b"model.weights.h5 of", b"model.weights.h5 oF"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_never_served(
    client: FlaskClient, app: Flask, run: Worker, predictor: Slow, broken: str
) -> None:
    predictor.free.set()
    client.get(address(run, 3)).close()
    with app.app_context():
        (path,) = kept(run)
    path.write_bytes(BROKEN[broken])
    with client.get(address(run, 3)) as answer:
        assert answer.data == keras_file(3)
    assert len(predictor.asked) == 2
    with client.get(address(run, 3)) as answer:
        assert answer.data == keras_file(3)
    assert len(predictor.asked) == 2, "the new one is kept"


def test_what_was_written_is_looked_through(
    client: FlaskClient, app: Flask, run: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_predictor: object, question: dict[str, Any], _seconds: float = 0) -> dict[str, Any]:
        Path(question["path"]).write_bytes(only_the_note())
        return {}

    monkeypatch.setattr(Slow, "ask", ask)
    assert problem(client.get(address(run, 3)))[:2] == (500, "internal_error")
    with app.app_context():
        assert kept(run) == []


def test_what_a_killed_server_left_goes_with_the_next(
    client: FlaskClient, app: Flask, run: Worker, predictor: Slow
) -> None:
    predictor.free.set()
    with app.app_context():
        folder = files.run_dir(run.run_id) / "exports"
    (folder / ".tmp1").mkdir(parents=True)
    for name in (".tmp1/model.keras", ".12345678.keras", "tmpabc.keras", "old.keras"):
        (folder / name).write_bytes(b"x")
    client.get(address(run, 3)).close()
    with app.app_context():
        assert [path.read_bytes() for path in kept(run)] == [keras_file(3)]


def test_a_run_that_is_deleted_meanwhile(
    app: Flask, client: FlaskClient, run: Worker, predictor: Slow
) -> None:
    with app.app_context():
        run.finish()
        folder = files.run_dir(run.run_id)
    with ThreadPoolExecutor(1) as pool:
        came = pool.submit(client.get, address(run, 3))
        wait_until(lambda: predictor.asked)
        with app.app_context():
            lifecycle.delete(run.run_id)
        predictor.free.set()
        assert problem(came.result())[:2] == (404, "run_not_found")
    assert not folder.exists()
