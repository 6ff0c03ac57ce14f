"""Answers questions with the weights of any run: `python -m webapp.ml.inference.predict_worker`.

The protocol is in `asking`. A question names a model by its `slot` and `key` (which changes with
its weights), its configuration and the file of its weights.

Drawings do not wait for slow work: the reading thread answers what it can at once, a second thread
loads weights, a third computes looks inside, and a fourth evaluates and exports.
"""

from __future__ import annotations

import base64
import math
import os
import sys
from pathlib import Path
from typing import Any

from webapp.ml.process import quiet  # isort: skip  # noqa: F401  (sets the environment before TensorFlow comes)
import numpy as np

from webapp.ml import augment, digits, network
from webapp.ml.inference import asking, export
from webapp.ml.inference.asking import Answer, Answerer
from webapp.ml.inference.look import Looks
from webapp.ml.inference.model_cache import ModelCache
from webapp.ml.process import failure
from webapp.ml.process.failure import Failure
from webapp.schemas.augment import AugmentQuestion
from webapp.schemas.config import DatasetConfig
from webapp.schemas.marks import N_
from webapp.settings import Settings

SWITCH_SECONDS = 0.0005
"""How long a computing Python thread may block the others; 5 ms by default."""

SLICE = 500
"""The number of test images computed at once; drawings are answered in between."""


def main() -> None:
    """Answer until the input ends."""
    sys.setswitchinterval(SWITCH_SECONDS)
    asking.main(lambda: PredictWorker(Settings.from_environ(os.environ)))


class PredictWorker(Answerer):
    """Answers predictions, looks, evaluations and exports, and caches the models."""

    lanes = ("load", "look", "long")

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._models = ModelCache()
        self._looks = Looks()
        self.asks |= {
            "predict": self._predict,
            "look": self._look,
            "evaluate": self._evaluate,
            "export": self._export,
            "augment": self._augment,
            "test_images": self._test_images,
        }

    def lane(self, question: Any) -> str | None:
        """Return which thread answers: None for the reading one, at once, or one of `lanes`."""
        ask = question.get("ask") if isinstance(question, dict) else None
        if ask in ("evaluate", "export", "augment", "test_images"):
            return "long"
        if ask == "look":
            return "look"
        if ask == "predict" and not self._models.has(question.get("model")):
            return "load"
        return None

    def _predict(self, question: Answer) -> Answer:
        """Answer `images`, 784 bytes each, as base64, with ten `probabilities` for each."""
        pixels = np.frombuffer(base64.b64decode(question["images"], validate=True), np.uint8)
        if not len(pixels):
            raise ValueError("no image")
        images = pixels.reshape(-1, 28, 28)
        model = self._models.take(question["model"])
        x = digits.scaled(images, model.config.dataset.scale)
        return {"probabilities": model.predict(x).astype(float).tolist()}

    def _look(self, question: Answer) -> Answer:
        """Answer `image`, 784 bytes as base64, with what happens in the network (`look.Looks`)."""
        image = np.frombuffer(base64.b64decode(question["image"], validate=True), np.uint8)
        return self._looks.look(self._models.take(question["model"]), image.reshape(28, 28))

    def _evaluate(self, question: Answer) -> Answer:
        """Answer with loss, accuracy, confusion and scores per digit on the run's test part.

        Raises Failure when the loss is not finite: the accuracy is then unknown.
        """
        model = self._models.take(question["model"])
        x, y = self._test_part(model.config.dataset)
        loss, accuracy = network.evaluate(model.for_test(), x, y)
        if not math.isfinite(loss):
            raise failure.not_finite()
        parts = [x[n : n + SLICE] for n in range(0, len(x), SLICE)]
        answers = np.concatenate([model.predict(part) for part in parts])
        return {
            "loss": loss,
            "accuracy": accuracy,
            "samples": len(x),
            **scores(y.argmax(axis=1), answers.argmax(axis=1)),
        }

    def _export(self, question: Answer) -> Answer:
        """Write the model, compiled, to `path` in `format`."""
        if question["format"] != "keras":
            raise Failure("unknown_format", N_("There is no such format."))
        model = self._models.take(question["model"])
        export.write_keras(model.for_export(), model.config, Path(question["path"]))
        return {}

    def _augment(self, question: Answer) -> Answer:
        """Answer `image`, 784 bytes as base64, with `pixels` of variants by the layer `asked`."""
        asked = AugmentQuestion.model_validate(question["asked"])
        image = np.frombuffer(base64.b64decode(question["image"], validate=True), np.uint8)
        made = augment.variants(image.reshape(28, 28), asked.layer, asked.count, asked.seed)
        return {"pixels": base64.b64encode(made.tobytes()).decode("ascii")}

    def _test_images(self, question: Answer) -> Answer:
        """Answer with `pixels`, base64, of test images at `indices`, prepared as in `dataset`."""
        config = DatasetConfig.model_validate(question["dataset"])
        x, _y = self._test_part(config)
        images = digits.as_images(x[question["indices"]], config.scale)
        return {"pixels": base64.b64encode(images.tobytes()).decode("ascii")}

    def _test_part(self, config: DatasetConfig) -> tuple[digits.Floats, digits.Floats]:
        settings = self._settings
        raw = digits.load_once(config.name, settings.data_dir, settings.mnist)
        return digits.prepare_test(raw, config)


def scores(truth: Any, answers: Any) -> Answer:
    """Return confusion (10×10, row = true digit) and precision, recall, f1, support for each digit.

    `truth` and `answers` are digits, shape (n,).
    """
    from sklearn import metrics  # takes half a second, which predictions do not need

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


if __name__ == "__main__":
    main()
