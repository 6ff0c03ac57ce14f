"""The predict worker, as the process that the server keeps, and its parts."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ml.inference.test_model_cache import wanted
from tests.ml.learning import Configure, Listener
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.ml.inference.asking import Answerer, serve
from webapp.ml.inference.model_cache import Loaded, ModelCache
from webapp.ml.inference.predict_worker import PredictWorker, scores
from webapp.settings import Settings


class Process:
    """A predict worker at work."""

    def __init__(self, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "webapp.ml.inference.predict_worker"]
        self.worker = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def say(self, line: str) -> Any:
        assert self.worker.stdin is not None and self.worker.stdout is not None
        self.worker.stdin.write(line + "\n")
        self.worker.stdin.flush()
        return json.loads(self.worker.stdout.readline())

    def ask(self, **question: Any) -> Any:
        return self.say(json.dumps(question))


@pytest.fixture(scope="module")
def trained(data_dir: Path, tmp_path_factory: pytest.TempPathFactory, configure: Configure) -> Any:
    """Checkpoints 0 and 2 of a run on unscaled pixels: (config, directory, model)."""
    config = configure(dataset={"train_samples": 600, "scale": False}, fit={"epochs": 2})
    directory = tmp_path_factory.mktemp("run")
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    checkpoint.write(directory / "0.npz", checkpoint.capture(model, Progress()))
    raw = digits.load("mnist-5k", data_dir)
    data = digits.prepare_training(raw, config.dataset)
    network.fit(model, data, config.fit, Listener(), seed=1)
    checkpoint.write(directory / "2.npz", checkpoint.capture(model, Progress(2)))
    return config, directory, model


def named(trained: Any, epoch: int) -> dict[str, Any]:
    config, directory, _ = trained
    weights = str(directory / f"{epoch}.npz")
    dumped = config.model_dump(mode="json")
    key = f"r1.{epoch}"
    return {"slot": "r1", "key": key, "epoch": epoch, "weights": weights, "config": dumped}


def sent(*images: Any) -> str:
    """Images of 784 numbers as the worker takes them."""
    return base64.b64encode(np.array(images, np.uint8).tobytes()).decode()


@pytest.fixture
def worker(data_dir: Path) -> PredictWorker:
    """The worker's inside, here."""
    return PredictWorker(Settings.from_environ({"INKLING_DATA_DIR": str(data_dir)}))


def ask(worker: PredictWorker, **question: Any) -> Any:
    return worker.answer(json.dumps(question))


def test_it_says_when_it_is_ready(worker: PredictWorker) -> None:
    assert ask(worker, id=0, ask="ready") == {"id": 0, "ok": {}}


@pytest.fixture
def process(worker_env: dict[str, str]) -> Iterator[Process]:
    process = Process(worker_env)
    yield process
    assert process.worker.stdin is not None and process.worker.stdout is not None
    process.worker.stdin.close()
    assert process.worker.wait(30) == 0
    process.worker.stdout.close()


def test_the_process_answers_whatever_it_is_asked(
    process: Process, trained: Any, raw: digits.Digits, tmp_path: Path
) -> None:
    images = sent(*raw.x_test[:3])
    answer = process.ask(id=1, ask="predict", model=named(trained, 2), images=images)
    wanted = network.predict(trained[2], digits.scaled(raw.x_test[:3], False))
    assert answer["id"] == 1
    np.testing.assert_allclose(answer["ok"]["probabilities"], wanted, rtol=1e-4)
    assert process.say("{")["error"]["code"] == "bad_question"
    path = str(tmp_path / "out.keras")
    done = process.ask(id=2, ask="export", model=named(trained, 2), format="keras", path=path)
    assert done == {"id": 2, "ok": {}}
    evaluation = process.ask(id=3, ask="evaluate", model=named(trained, 2))["ok"]
    assert evaluation["samples"] == 1000
    assert [path.name for path in tmp_path.iterdir()] == ["out.keras"]
    open_alone = (
        "import keras, sys;"
        "model = keras.models.load_model(sys.argv[1]);"
        "print(model.count_params(), int(model.optimizer.iterations), model.loss.name)"
    )
    command = [sys.executable, "-c", open_alone, path]
    opened = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    params = trained[2].count_params()
    assert opened.stdout.split() == [str(params), "24", "categorical_crossentropy"]


def test_new_weights_are_swapped_in(worker: PredictWorker, trained: Any) -> None:
    question = {"ask": "predict", "images": sent([255] * 784)}
    first = ask(worker, id=1, model=named(trained, 0), **question)["ok"]
    later = ask(worker, id=2, model=named(trained, 2), **question)["ok"]
    again = ask(worker, id=3, model=named(trained, 0), **question)["ok"]
    assert first == again != later


def test_evaluation_agrees_with_keras(
    worker: PredictWorker, trained: Any, raw: digits.Digits
) -> None:
    found = ask(worker, id=1, ask="evaluate", model=named(trained, 2))["ok"]
    x, y = digits.prepare_test(raw, trained[0].dataset)
    loss, accuracy = network.evaluate(trained[2], x, y)
    assert found["loss"] == pytest.approx(loss, rel=1e-4)
    assert found["accuracy"] == pytest.approx(accuracy)
    confusion = np.array(found["confusion"])
    assert confusion.sum(axis=1).tolist() == [100] * 10
    assert confusion.trace() / 1000 == pytest.approx(accuracy)
    assert [row["support"] for row in found["per_class"]] == [100] * 10
    assert found["per_class"][3]["recall"] == pytest.approx(confusion[3, 3] / 100)


def test_test_images_are_those_that_the_network_sees(
    worker: PredictWorker, trained: Any, raw: digits.Digits
) -> None:
    dataset = trained[0].dataset.model_copy(update={"scale": True, "test_noise": 0.5})
    asked = dataset.model_dump(mode="json")
    reported = ask(worker, id=1, ask="test_images", dataset=asked, indices=[7, 3])["ok"]["pixels"]
    images = np.frombuffer(base64.b64decode(reported), np.uint8).reshape(2, 28, 28)
    x, _y = digits.prepare_test(raw, dataset)
    seen = x[[7, 3], ..., 0].clip(0, 1)
    np.testing.assert_allclose(images / 255, seen, atol=0.5 / 255 + 1e-6)
    assert np.abs(images - raw.x_test[[7, 3]].astype(float)).max() > 50, "noise is on them"


def test_scores_where_a_digit_is_never_answered() -> None:
    found = scores(np.arange(10), np.ones(10, int))
    assert found["per_class"][0] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}
    assert found["per_class"][1]["recall"] == 1.0
    assert np.array(found["confusion"])[:, 1].tolist() == [1] * 10
    json.dumps(found, allow_nan=False)


BAD: list[Any] = [
    None,
    [],
    1,
    "x",
    {},
    {"ask": "nothing"},
    {"ask": "predict"},
    {"ask": "predict", "images": sent([0] * 784)},
    {"ask": "predict", "images": sent([0] * 784), "model": {}},
    {"ask": "predict", "images": sent([0] * 784), "model": {"slot": []}},
    {"ask": "predict", "images": sent([0] * 783), "model": "good"},
    {"ask": "predict", "images": "", "model": "good"},
    {"ask": "predict", "images": "x", "model": "good"},
    {"ask": "predict", "images": [[0] * 784], "model": "good"},
    {"ask": "export", "model": "good", "format": "exe", "path": "/tmp/x"},
    {"ask": "export", "model": "good", "format": "keras", "path": "/no/where/x.keras"},
]


@pytest.mark.parametrize("question", BAD, ids=[str(n) for n in range(len(BAD))])
def test_bad_questions_are_answered(worker: PredictWorker, trained: Any, question: Any) -> None:
    if isinstance(question, dict):
        question = {"id": 9, **question}
        if question.get("model") == "good":
            question["model"] = named(trained, 2)
    assert worker.lane(question) in (None, "load", "long")
    answer = worker.answer(json.dumps(question))
    assert set(answer) == {"id", "error"}
    assert set(answer["error"]) == {"code", "message", "values", "expected", "fields"}
    assert answer["error"]["message"].endswith(".")


def test_an_answer_that_json_cannot_hold_is_answered_all_the_same() -> None:
    answerer = Answerer()
    answerer.asks["odd"] = lambda _question: {"loss": float("nan")}
    said = io.StringIO()
    serve(answerer, io.StringIO('{"id": 1, "ask": "odd"}\n{"id": 2, "ask": "odd"}\n'), said)
    answers = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [(one["id"], one["error"]["code"]) for one in answers] == [
        (1, "unexpected"),
        (2, "unexpected"),
    ]


def test_a_model_that_is_gone_or_of_another_shape(
    worker: PredictWorker, trained: Any, tmp_path: Path
) -> None:
    question = {"ask": "predict", "images": sent([0] * 784)}
    gone = {**named(trained, 2), "key": "gone", "weights": str(tmp_path / "no.npz")}
    assert ask(worker, id=1, model=gone, **question)["error"]["code"] == "model_missing"
    checkpoint.write(tmp_path / "other.npz", checkpoint.Checkpoint([np.zeros((2, 2))]))
    other = {**named(trained, 2), "key": "other", "weights": str(tmp_path / "other.npz")}
    assert ask(worker, id=2, model=other, **question)["error"]["code"] == "model_missing"
    assert "ok" in ask(worker, id=3, model=named(trained, 2), **question)


@pytest.fixture(scope="module", params=["not a number", "far too large"])
def diverged(request: pytest.FixtureRequest, trained: Any) -> dict[str, Any]:
    """The model of weights that diverged; in the second, each is still a finite number."""
    config, directory, model = trained
    value = np.nan if request.param == "not a number" else 3e38
    broken = [np.full_like(array, value) for array in model.get_weights()]
    path = directory / f"{request.param}.npz"
    checkpoint.write(path, checkpoint.Checkpoint(broken))
    return wanted(config, request.param, path)


@pytest.mark.parametrize("kind", ["predict", "look", "evaluate"])
def test_weights_that_diverged_give_no_answer(
    worker: PredictWorker, diverged: dict[str, Any], kind: str
) -> None:
    image = sent([255] * 392 + [0] * 392)
    asked = {"id": 1, "ask": kind, "model": diverged, "images": image, "image": image}
    for _again in range(2):
        error = ask(worker, **asked)["error"]
        assert (error["code"], error["expected"]) == ("not_finite", True)


def test_weights_that_are_not_finite_are_not_exported(
    worker: PredictWorker, trained: Any, tmp_path: Path
) -> None:
    """One bias in half a million is enough."""
    config, _directory, model = trained
    broken = [array.copy() for array in model.get_weights()]
    broken[-1][3] = np.inf
    checkpoint.write(tmp_path / "inf.npz", checkpoint.Checkpoint(broken))
    asked = {"model": wanted(config, "inf", tmp_path / "inf.npz"), "format": "keras"}
    answer = ask(worker, id=1, ask="export", path=str(tmp_path / "out.keras"), **asked)
    assert answer["error"]["code"] == "not_finite"
    assert [path.name for path in tmp_path.iterdir()] == ["inf.npz"]


def test_weights_that_are_not_finite_are_read_once(
    worker: PredictWorker, trained: Any, tmp_path: Path
) -> None:
    """A pen asks sixty times a second, whatever it is answered."""
    config, _directory, model = trained
    path = tmp_path / "nan.npz"
    checkpoint.write(path, checkpoint.Checkpoint([array * np.nan for array in model.get_weights()]))
    asked = {"ask": "predict", "model": wanted(config, "nan", path), "images": sent([0] * 784)}
    assert worker.lane(asked) == "load"
    assert ask(worker, id=1, **asked)["error"]["code"] == "not_finite"
    assert worker.lane(asked) is None


class Answers:
    """Takes the answers of `serve`, and signals when a certain one has come."""

    def __init__(self, awaited: int) -> None:
        self.numbers: list[int] = []
        self.awaited, self.came = awaited, threading.Event()

    def write(self, text: str) -> None:
        answer = json.loads(text)
        assert "ok" in answer, text
        self.numbers.append(answer["id"])
        if answer["id"] == self.awaited:
            self.came.set()


def question(number: int, ask: str, model: dict[str, Any]) -> str:
    return json.dumps({"id": number, "ask": ask, "model": model, "images": sent([255] * 784)})


def test_a_look_inside_has_its_own_lane(worker: PredictWorker, trained: Any) -> None:
    """What it says of the answer is what `predict` says."""
    image = sent([255] * 392 + [0] * 392)
    asked = {"ask": "look", "model": named(trained, 2), "image": image}
    assert worker.lane(asked) == "look"
    seen = ask(worker, id=1, **asked)["ok"]
    said = ask(worker, id=2, ask="predict", model=named(trained, 2), images=image)["ok"]
    np.testing.assert_allclose(seen["probabilities"], said["probabilities"][0], rtol=1e-4)
    assert set(seen) == {"digit", "probabilities", "layers", "saliency"}
    assert ask(worker, id=3, **asked | {"image": "AAAA"})["error"]["code"] == "bad_question"


def test_drawings_do_not_wait_for_a_long_question(worker: PredictWorker, trained: Any) -> None:
    answers = Answers(awaited=2)
    worker.answer(question(0, "predict", named(trained, 2)))
    worker.asks["evaluate"] = lambda _question: {"overtaken": answers.came.wait(30)}
    lines = [question(n, ask, named(trained, 2)) for n, ask in ((1, "evaluate"), (2, "predict"))]
    serve(worker, lines, answers)  # type: ignore[arg-type]
    assert answers.numbers == [2, 1]


def test_drawings_do_not_wait_for_the_weights_of_another_run(
    worker: PredictWorker, trained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Answers(awaited=2)
    worker.answer(question(0, "predict", named(trained, 2)))
    load = ModelCache._load

    def slowly(model_cache: ModelCache, wanted: dict[str, Any]) -> Loaded:
        assert answers.came.wait(30)
        return load(model_cache, wanted)

    monkeypatch.setattr(ModelCache, "_load", slowly)
    other = {**named(trained, 0), "slot": "r2"}
    lines = [question(1, "predict", other), question(2, "predict", named(trained, 2))]
    serve(worker, lines, answers)  # type: ignore[arg-type]
    assert answers.numbers == [2, 1]
