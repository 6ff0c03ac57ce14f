"""The insight worker: its process, its lanes, and the subjects that views look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ml.learning import Configure
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.ml.inference.insight_worker import InsightWorker
from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.config import RunConfig
from webapp.schemas.insights import VIEWS, Arguments
from webapp.settings import Settings


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, configure: Configure) -> dict[str, Any]:
    """A question's model: an untrained network on noisy digits, with its file."""
    config = configure(dataset={"train_samples": 600, "test_noise": 0.5})
    made = network.build(config.layers, 1)
    network.compile(made, config.compile)
    path = tmp_path_factory.mktemp("run") / "1-0.npz"
    checkpoint.write(path, checkpoint.capture(made, Progress()))
    dumped = config.model_dump(mode="json")
    named = {"run": "r1", "key": "r1.0.5", "epoch": 0, "weights": str(path), "config": dumped}
    return {**named, "kept": [[0, str(path)]]}


@pytest.fixture
def worker(data_dir: Path) -> InsightWorker:
    return InsightWorker(Settings.from_environ({"INKLING_DATA_DIR": str(data_dir)}))


def test_the_process_writes_a_view_and_takes_only_idle_time(
    worker_env: dict[str, str], model: dict[str, Any], raw: digits.Digits, tmp_path: Path
) -> None:
    path = tmp_path / "views" / "tested.json"
    question = {"id": 7, "ask": "view", "view": "tested", "arguments": {}, "model": model}
    with subprocess.Popen(
        [sys.executable, "-m", "webapp.ml.inference.insight_worker"],
        env=worker_env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # as the server does
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({**question, "path": str(path)}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"id": 7, "ok": {}}
        if sys.platform == "linux":
            threads = Path(f"/proc/{process.pid}/task").iterdir()
            policies = {os.sched_getscheduler(int(thread.name)) for thread in threads}
            assert policies == {os.SCHED_IDLE}
            autogroup = Path(f"/proc/{process.pid}/autogroup")
            assert not autogroup.exists() or autogroup.read_text().split()[1:] == ["nice", "19"]
        process.stdin.close()
        assert process.wait(60) == 0
    seen = json.loads(path.read_text())
    assert list(path.parent.iterdir()) == [path]
    assert seen["epoch"] == 0 and seen["truth"] == raw.y_test.tolist()


def test_tested_is_what_the_network_says(
    worker: InsightWorker, model: dict[str, Any], raw: digits.Digits, tmp_path: Path
) -> None:
    path = tmp_path / "tested.json"
    question = {"ask": "view", "view": "tested", "arguments": {}, "model": model, "path": str(path)}
    assert worker.answer_to({"id": 1, **question}) == {"id": 1, "ok": {}}
    seen = json.loads(path.read_text())
    config = RunConfig.model_validate(model["config"])
    built = network.build(config.layers, 1)
    wanted = network.predict(built, digits.prepare_test(raw, config.dataset)[0])
    assert seen["answer"] == wanted.argmax(axis=1).tolist()
    np.testing.assert_allclose(seen["confidence"], wanted.max(axis=1), atol=1e-4)


@pytest.mark.parametrize(
    "broken",
    [
        {"view": "nothing"},
        {"arguments": {"colour": "red"}},
        {"model": {"run": "r1"}},
        {"path": None},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_bad_questions_are_answered(
    worker: InsightWorker, model: dict[str, Any], tmp_path: Path, broken: dict[str, Any]
) -> None:
    question = {"ask": "view", "view": "tested", "arguments": {}, "model": model}
    answer = worker.answer_to({"id": 1, **question, "path": str(tmp_path / "x"), **broken})
    assert answer["error"]["code"] == "bad_question"


def test_a_checkpoint_that_is_gone(
    worker: InsightWorker, model: dict[str, Any], tmp_path: Path
) -> None:
    gone = {**model, "key": "gone", "weights": str(tmp_path / "no.npz")}
    question = {"ask": "view", "view": "tested", "arguments": {}, "path": str(tmp_path / "x")}
    assert worker.answer_to({**question, "model": gone})["error"]["code"] == "model_missing"


def test_subjects_are_kept_but_not_for_ever(worker: InsightWorker, model: dict[str, Any]) -> None:
    first = worker._subject(model)
    assert worker._subject(model) is first
    for n in range(3):
        worker._subject({**model, "key": f"other {n}"})
    assert worker._subject(model) is not first


def test_what_takes_long_has_its_own_lane(
    worker: InsightWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Long(Arguments):
        LONG = True

    monkeypatch.setitem(VIEWS, "slow", Long)
    assert worker.lane({"ask": "view", "view": "slow"}) == "long"
    assert worker.lane({"ask": "view", "view": "tested"}) == "quick"
    assert worker.lane({"ask": "view"}) == "quick"
    assert worker.lane({"ask": "ready"}) is None and worker.lane([]) is None


def test_a_subject_sees_what_the_network_sees(
    configure: Configure, model: dict[str, Any], raw: digits.Digits
) -> None:
    config = configure(dataset={"train_samples": 40, "test_noise": 0.5})
    subject = Subject(config, 0, Path(model["weights"]), raw, [])
    assert subject.x_train.shape == (40, 28, 28, 1) and subject.y_train.shape == (40,)
    assert subject.x_train.max() == 1
    noisy = subject.x_test - digits.scaled(raw.x_test, True)
    assert 0.49 < noisy.std() < 0.51
    np.testing.assert_allclose(subject.probabilities.sum(axis=1), 1, rtol=1e-5)
