"""Answers questions with the newest weights of any run: `python -m webapp.ml.predict_worker`.

One JSON line in, one JSON line out, until the input ends. A question names a model by its `run`
and `key` (which changes with its weights), its configuration and the file of its weights. A bad
question is answered with an error and never ends the worker.

Drawings do not wait for what takes long: what can be answered at once is answered by the thread
that reads, weights are read by a second one, and a third evaluates and exports. So answers may
come in another order than questions; they carry the questions' numbers. (TensorFlow computes
without Python's lock.)
"""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TextIO

from webapp.ml import quiet  # isort: skip  (sets the environment before TensorFlow comes)
import numpy as np

from webapp.ml import augment, digits, export, network
from webapp.ml.failure import Failure, failure_of
from webapp.ml.listening import finite
from webapp.ml.shelf import Shelf
from webapp.schemas.augment import AugmentQuestion
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_
from webapp.settings import Settings

log = logging.getLogger("webapp.ml.predict_worker")

Answer = dict[str, Any]


SWITCH_SECONDS = 0.0005
"""How long a thread that computes in Python may keep the others waiting; 5 ms by default."""

SLICE = 500
"""Images of the test part that are computed at once; drawings come between."""


def main() -> None:
    """Answer until the input ends. Standard output is for answers only."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever any library prints goes to the log
    quiet.log_to_stderr()
    sys.setswitchinterval(SWITCH_SECONDS)
    serve(PredictWorker(Settings.from_environ(os.environ)), sys.stdin, answers)


def serve(worker: PredictWorker, questions: TextIO, answers: TextIO) -> None:
    """Answer every line, each as soon as it can be; an asker that is gone ends it."""
    gone, writing = threading.Event(), threading.Lock()

    def say(answer: Answer) -> None:
        try:
            with writing:
                answers.write(json.dumps(answer, allow_nan=False) + "\n")
        except BrokenPipeError:
            gone.set()

    def answer(question: Any) -> None:
        say(worker.answer_to(question))

    lanes = {lane: ThreadPoolExecutor(1) for lane in ("load", "long")}
    for line in questions:
        question = read(line)
        lane = worker.lane(question)
        if lane is None:
            answer(question)
        else:
            lanes[lane].submit(answer, question)
        if gone.is_set():
            break
    for pool in lanes.values():
        pool.shutdown(cancel_futures=True)


def read(line: str) -> Any:
    """The question in a line; None where it is not JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


class PredictWorker:
    """The questions that can be asked, and the models at hand."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = Shelf()
        self._asks: dict[str, Callable[[Answer], Answer]] = {
            "ready": lambda _question: {},
            "predict": self._predict,
            "evaluate": self._evaluate,
            "export": self._export,
            "augment": self._augment,
        }

    def lane(self, question: Any) -> str | None:
        """Which thread is to answer: None for this one, at once; `load` or `long`."""
        ask = question.get("ask") if isinstance(question, dict) else None
        if ask in ("evaluate", "export", "augment"):
            return "long"
        if ask == "predict" and not self._shelf.has(question.get("model")):
            return "load"
        return None

    def answer(self, line: str) -> Answer:
        """The answer to one line, whatever is in it."""
        return self.answer_to(read(line))

    def answer_to(self, question: Any) -> Answer:
        """The answer to one question, whatever it is."""
        number: Any = None
        try:
            number = question.get("id")
            return {"id": number, "ok": self._asks[question["ask"]](question)}
        except Exception as error:
            failure = _failure_of(error)
            known = isinstance(error, Failure)
            log.warning("No answer: %s", failure.code, exc_info=None if known else error)
            return {"id": number, "error": {"code": failure.code, "message": failure.sentence}}

    def _predict(self, question: Answer) -> Answer:
        """`images`, 784 bytes each, as base64 → `probabilities`, ten for each image."""
        pixels = np.frombuffer(base64.b64decode(question["images"], validate=True), np.uint8)
        if not len(pixels):
            raise ValueError("no image")
        images = pixels.reshape(-1, 28, 28)
        model = self._shelf.take(question["model"])
        x = digits.scaled(images, model.config.dataset.scale)
        return {"probabilities": model.predict(x).astype(float).tolist()}

    def _evaluate(self, question: Answer) -> Answer:
        """Loss, accuracy, confusion and per-class scores on the test part of the run's dataset."""
        model = self._shelf.take(question["model"])
        x, y = self._test_part(model.config)
        loss, accuracy = network.evaluate(model.for_test(), x, y)
        parts = [x[n : n + SLICE] for n in range(0, len(x), SLICE)]
        answers = np.concatenate([model.predict(part) for part in parts])
        return {
            "loss": finite(loss),
            "accuracy": finite(accuracy),
            "samples": len(x),
            **scores(y.argmax(axis=1), answers.argmax(axis=1)),
        }

    def _export(self, question: Answer) -> Answer:
        """Write the model, compiled, to `path` in `format`."""
        if question["format"] != "keras":
            raise Failure("unknown_format", N_("There is no such format."))
        model = self._shelf.take(question["model"])
        export.write_keras(model.for_export(), model.config, Path(question["path"]))
        return {}

    def _augment(self, question: Answer) -> Answer:
        """Variants of `image`, 784 bytes as base64, by the layer of `asked` → `pixels` of them."""
        asked = AugmentQuestion.model_validate(question["asked"])
        image = np.frombuffer(base64.b64decode(question["image"], validate=True), np.uint8)
        made = augment.variants(image.reshape(28, 28), asked.layer, asked.count, asked.seed)
        return {"pixels": base64.b64encode(made.tobytes()).decode("ascii")}

    def _test_part(self, config: RunConfig) -> tuple[digits.Floats, digits.Floats]:
        settings = self._settings
        raw = digits.load_once(config.dataset.name, settings.data_dir, settings.mnist)
        return digits.prepare_test(raw, config.dataset)


def scores(truth: Any, answers: Any) -> Answer:
    """Confusion (10×10, row = true digit) and precision, recall, f1, support for each digit.

    `truth` and `answers` are digits, shape (n,).
    """
    from sklearn import metrics  # half a second that predictions need not wait for

    names = ("precision", "recall", "f1", "support")
    columns = metrics.precision_recall_fscore_support(
        truth, answers, labels=range(10), zero_division=0
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    confusion = metrics.confusion_matrix(truth, answers, labels=range(10))
    return {
        "confusion": confusion.tolist(),
        "per_class": [dict(zip(names, row, strict=True)) for row in rows],
    }


def _failure_of(error: Exception) -> Failure:
    """What to answer: a question that makes no sense is told from a fault of ours."""
    if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
        return Failure("bad_question", N_("The question to the network makes no sense."))
    return failure_of(error)


if __name__ == "__main__":
    main()
