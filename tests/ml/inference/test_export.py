"""A `.keras` file is whole or not there, whatever else happens in its folder."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor, Worker, epoch_item, wait_until
from tests.ml.learning import SMALL, Configure
from webapp.app import create_app
from webapp.kerasfile.container import CONFIG, NOTE, WEIGHTS
from webapp.ml import network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.ml.inference import export
from webapp.ml.inference.predict_worker import PredictWorker
from webapp.runs import exports, lifecycle
from webapp.runs.exports import MEMBERS
from webapp.runs.files import is_sound
from webapp.schemas.config import RunConfig
from webapp.settings import Settings
from webapp.workers.keeper import refusal


def written(config: RunConfig, path: Path) -> Path:
    model = network.build(config.layers)
    network.compile(model, config.compile)
    export.write_keras(model, config, path)
    return path


def test_several_at_once_in_one_folder(tmp_path: Path, configure: Configure) -> None:
    configs = [configure(SMALL, name=f"Number {n}") for n in range(6)]
    with ThreadPoolExecutor(len(configs)) as pool:
        paths = list(
            pool.map(written, configs, [tmp_path / f"{n}.keras" for n in range(len(configs))])
        )
    for config, path in zip(configs, paths, strict=True):
        assert is_sound(path, MEMBERS["keras"])
        with zipfile.ZipFile(path) as archive:
            assert json.loads(archive.read(NOTE))["name"] == config.name
    assert sorted(tmp_path.iterdir()) == paths, "nothing else is left"


def test_one_that_is_removed_meanwhile_leaves_no_archive_without_a_model(
    tmp_path: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = network.save

    def robbed(model: network.Model, path: Path) -> None:
        save(model, path)
        path.unlink()

    monkeypatch.setattr(network, "save", robbed)
    with pytest.raises(FileNotFoundError):
        written(configure(SMALL), tmp_path / "m.keras")
    assert list(tmp_path.iterdir()) == []


class Inside(FakePredictor):
    """The predict worker itself, in this process, with its one lane for exports."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.worker, self.lane = PredictWorker(settings), threading.Lock()

    def ask(self, question: dict[str, Any], seconds: float = 0) -> dict[str, Any]:
        self.asked.append(question)
        with self.lane:
            answer = self.worker.answer_to({"id": 1, **question})
        if "error" in answer:
            raise refusal(answer["error"])
        return dict(answer["ok"])


@pytest.fixture
def inside(settings: Settings) -> Inside:
    return Inside(settings)


@pytest.fixture
def run(settings: Settings, inside: Inside, config: dict[str, Any]) -> Iterator[tuple[Flask, str]]:
    """An application, and the id of its run with real weights of two epochs."""
    app = create_app(settings, launcher=FakeLauncher(), predictor=inside)
    migrate(app)
    with app.app_context():
        wanted = RunConfig.model_validate(config)
        trains = Worker(lifecycle.create(wanted, 12_730)["id"])
        for epoch in (0, 1):
            model = network.build(wanted.layers, epoch)
            network.compile(model, wanted.compile)
            file = settings.data_dir / "new.npz"
            checkpoint.write(file, checkpoint.capture(model, Progress(epoch)))
            trains.checkpoint(epoch, file.read_bytes())
            item = epoch_item(1) if epoch else {"type": "status", "status": "running"}
            trains.send(item)
    yield app, trains.run_id
    close(app)


def test_two_downloads_at_once_from_a_real_worker(
    run: tuple[Flask, str], inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, run_id = run
    save, saved, go_on = network.save, threading.Event(), threading.Event()

    def slow(model: network.Model, path: Path) -> None:
        save(model, path)
        saved.set()
        assert go_on.wait(30)

    monkeypatch.setattr(network, "save", slow)

    def download(epoch: int) -> Path:
        path = tmp_path / f"{epoch}.keras"
        with app.test_client().get(f"/api/runs/{run_id}/model?epoch={epoch}") as answer:
            path.write_bytes(answer.data)
        return path

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(download, 1)
        assert saved.wait(30)
        second = pool.submit(download, 0)
        wait_until(lambda: len(inside.asked) == 2 or exports._turns._users.get(run_id) == 2)
        go_on.set()
        assert is_sound(first.result(), MEMBERS["keras"])
        assert is_sound(second.result(), MEMBERS["keras"])


def test_an_archive_without_a_model_is_not_sound(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    for names, sound in (([NOTE], False), ([NOTE, CONFIG], False), ([NOTE, CONFIG, WEIGHTS], True)):
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        assert is_sound(path, MEMBERS["keras"]) is sound
    assert not is_sound(tmp_path / "none.keras", MEMBERS["keras"])
