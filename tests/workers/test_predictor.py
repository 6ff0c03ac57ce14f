"""The predict worker's keeper, with a real process that needs no TensorFlow."""

from __future__ import annotations

import errno
import resource
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.fakes.doubles import wait_until
from webapp.errors import ApiError, InternalError, Unavailable
from webapp.http_errors import status_of
from webapp.ml.process.failure import Failure, failure_of
from webapp.schemas.problems import Fault
from webapp.workers import keeper as module
from webapp.workers import predictor as predictors
from webapp.workers.keeper import refusal
from webapp.workers.launchers import limits
from webapp.workers.predictor import PredictWorker

FAKE = Path(__file__).parent.parent / "fakes" / "predict_worker.py"


@pytest.fixture
def predictor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PredictWorker]:
    monkeypatch.setattr(module, "RESTART_SECONDS", 0.05)
    made = PredictWorker(tmp_path, command=[sys.executable, str(FAKE)])
    made.start()
    yield made
    made.stop()


def model(key: str = "m") -> dict[str, Any]:
    return {"key": key, "epoch": 1, "weights": "w.npz", "config": {}}


def image(digit: int) -> bytes:
    return bytes([digit] + [0] * 783)


def test_a_prediction(predictor: PredictWorker) -> None:
    assert predictor.predict(model(), image(7)) == [0.0] * 7 + [1.0] + [0.0] * 2


def test_other_questions(predictor: PredictWorker) -> None:
    assert predictor.ask({"ask": "evaluate", "model": model()})["accuracy"] == 0.9


def test_many_clients_each_get_their_own_answer(predictor: PredictWorker) -> None:
    answers: dict[int, int] = {}

    def ask(number: int) -> None:
        probabilities = predictor.predict(model("slow"), image(number % 10))
        answers[number] = probabilities.index(1.0)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number % 10 for number in range(30)}
    assert next(predictor._numbers) <= 10, "those that came meanwhile were asked together"


def test_an_error_of_the_worker(predictor: PredictWorker, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"), pytest.raises(ApiError) as refused:
        predictor.predict(model("refuse"), image(1))
    levels = [one.levelname for one in caplog.records if "model_missing" in one.getMessage()]
    assert levels == ["DEBUG"], "no fault of the server's: a pen would fill the log"
    assert (refused.value.code, status_of(refused.value)) == ("model_missing", 409)
    assert predictor.predict(model(), image(2))[2] == 1.0


def test_a_worker_s_error_keeps_its_code_status_fields_and_language(app: Flask) -> None:
    fault = Fault("image", "must have at most %(max)s characters, not %(length)s")
    failure = Failure("odd", "The dataset has fewer training images than requested.")
    failure.expected, failure.fields = True, [replace(fault, values={"max": 3, "length": 4})]
    refused = refusal(failure.as_json())
    assert status_of(refused) == 409
    for language, sentence, field in (
        ("en", failure.sentence, "must have at most 3 characters, not 4"),
        ("zh_Hans", "数据集的训练图片比要求的少。", "最多 3 个字符，不能是 4 个"),
    ):
        with app.app_context(), force_locale(language):
            reported = refused.as_json()["error"]
        assert reported["code"] == "odd"
        assert reported["message"] == sentence
        assert reported["fields"] == [{"path": "image", "message": field}]


def test_values_fill_the_sentence_of_a_worker_s_error(app: Flask) -> None:
    failure = Failure("odd", "is too large a number: %(value)s", {"value": 7})
    with app.app_context():
        assert str(refusal(failure.as_json()).message) == "is too large a number: 7"


def test_an_error_without_a_code_is_a_fault_of_ours(app: Flask) -> None:
    with app.app_context():
        assert (status_of(refusal({})), refusal({}).code) == (500, "internal_error")


def test_a_full_disk_is_the_server_s_own(app: Flask) -> None:
    full = failure_of(OSError(errno.ENOSPC, "No space left on device"))
    refused = refusal(full.as_json())
    assert (status_of(refused), refused.code) == (507, "disk_full")


def test_an_answer_that_makes_no_sense_does_not_block_its_model(
    predictor: PredictWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictors, "PREDICT_SECONDS", 10.0)
    for _ in range(2):
        with pytest.raises(InternalError):
            predictor.predict(model("odd"), image(1))
    assert predictor._batches == {}


def test_a_worker_that_dies_is_started_again_and_asked_again(predictor: PredictWorker) -> None:
    assert predictor.predict(model("die-once"), image(3))[3] == 1.0


def test_a_question_that_kills_is_not_asked_for_ever(predictor: PredictWorker) -> None:
    with pytest.raises(Unavailable) as refused:
        predictor.predict(model("die"), image(3))
    assert refused.value.code == "predictor_unavailable"
    assert predictor.predict(model(), image(4))[4] == 1.0


def test_a_worker_that_hangs_is_ended(predictor: PredictWorker) -> None:
    predictor.predict(model(), image(0))
    with pytest.raises(Unavailable):
        predictor.ask({"ask": "evaluate", "model": model("hang")}, seconds=0.2)
    assert predictor.predict(model(), image(5))[5] == 1.0


def test_a_slow_start_is_not_taken_for_hanging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine TensorFlow may take longer to come than a prediction may take."""
    monkeypatch.setattr(predictors, "PREDICT_SECONDS", 0.3)
    made = PredictWorker(tmp_path, command=[sys.executable, str(FAKE), "1.5"])
    made.start()
    assert made.predict(model(), image(6))[6] == 1.0
    made.stop()


def test_a_start_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 0.3)
    made = PredictWorker(tmp_path, command=[sys.executable, str(FAKE), "600"])
    made.start()
    wait_until(lambda: made._process is not None)
    process = made._process
    with pytest.raises(Unavailable):
        made.predict(model(), image(1))
    assert process is not None and process.wait(10) != 0
    made.stop()


def test_it_is_not_there_before_its_start_nor_after_its_end(tmp_path: Path) -> None:
    made = PredictWorker(tmp_path, command=[sys.executable, str(FAKE)])
    with pytest.raises(Unavailable):
        made.predict(model(), image(1))
    made.start()
    wait_until(lambda: made._process is not None)
    process = made._process
    assert process is not None
    made.stop()
    assert process.returncode == 0
    with pytest.raises(Unavailable):
        made.predict(model(), image(1))


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    made = PredictWorker(tmp_path, command=["/no/such/program"])
    made.start()
    with pytest.raises(Unavailable):
        made.ask({"ask": "evaluate", "model": model()})
    made.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit only their own process")
def test_the_worker_has_no_more_memory_than_a_run(tmp_path: Path) -> None:
    made = PredictWorker(tmp_path, 10**9, command=[sys.executable, str(FAKE)])
    made.start()
    assert made.predict(model(), image(7))[7] == 1.0
    (pid,) = made.pids()
    assert resource.prlimit(pid, resource.RLIMIT_AS)[1] == 10**9 + limits.ADDRESS_ROOM
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
    made.stop()
