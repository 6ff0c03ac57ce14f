"""Answers questions with the newest weights of any run: `python -m webapp.ml.predict_worker`.

One JSON line in, one JSON line out, until the input ends. A question names a model by its `key`
(which changes with its weights), its configuration and the file of its weights. A bad question
is answered with an error and never ends the worker.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from webapp.ml import quiet  # isort: skip  (sets the environment before TensorFlow comes)
import numpy as np

from webapp.ml import digits, export, network
from webapp.ml.failure import Failure, failure_of
from webapp.ml.listening import finite
from webapp.ml.shelf import Shelf
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_
from webapp.settings import Settings

log = logging.getLogger("webapp.ml.predict_worker")

Answer = dict[str, Any]


def main() -> None:
    """Answer until the input ends. Standard output is for answers only."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever any library prints goes to the log
    quiet.log_to_stderr()
    worker = PredictWorker(Settings.from_environ(os.environ))
    serve(worker, sys.stdin, answers)


def serve(worker: PredictWorker, questions: TextIO, answers: TextIO) -> None:
    """Answer line by line; an asker that is gone ends it."""
    for line in questions:
        try:
            answers.write(json.dumps(worker.answer(line), allow_nan=False) + "\n")
        except BrokenPipeError:
            return


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
        }

    def answer(self, line: str) -> Answer:
        """The answer to one line, whatever is in it."""
        number: Any = None
        try:
            question = json.loads(line)
            number = question.get("id")
            return {"id": number, "ok": self._asks[question["ask"]](question)}
        except Exception as error:
            failure = _failure_of(error)
            known = isinstance(error, Failure)
            log.warning("No answer: %s", failure.code, exc_info=None if known else error)
            return {"id": number, "error": {"code": failure.code, "message": failure.sentence}}

    def _predict(self, question: Answer) -> Answer:
        """`images` of 784 numbers, 0-255 → `probabilities`, ten for each image."""
        pixels = np.asarray(question["images"], dtype=np.float32)
        if pixels.ndim != 2 or pixels.shape[1] != 784 or not np.isfinite(pixels).all():
            raise ValueError(f"images of shape {pixels.shape}")
        images = np.clip(np.rint(pixels), 0, 255).astype(np.uint8).reshape(-1, 28, 28)
        model = self._shelf.take(question["model"])
        x = digits.scaled(images, model.config.dataset.scale)
        return {"probabilities": model.predict(x).astype(float).tolist()}

    def _evaluate(self, question: Answer) -> Answer:
        """Loss, accuracy, confusion and per-class scores on the test part of the run's dataset."""
        model = self._shelf.take(question["model"])
        x, y = self._test_part(model.config)
        loss, accuracy = network.evaluate(model.model, x, y)
        answers = np.concatenate([model.predict(part) for part in np.array_split(x, 10)])
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
