"""Variants of a digit by the layers that disturb images, with a real Keras."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from webapp.ml import augment, digits
from webapp.ml.inference.predict_worker import PredictWorker
from webapp.schemas.augment import AugmentQuestion
from webapp.settings import Settings

LAYERS: list[dict[str, Any]] = [
    {"type": "GaussianNoise", "stddev": 0.2},
    {"type": "RandomRotation", "factor": 0.1, "fill_mode": "constant"},
    {"type": "RandomTranslation", "height_factor": 0.2, "width_factor": 0.2},
    {"type": "RandomZoom", "height_factor": 0.3},
]


def question(layer: dict[str, Any], **changes: Any) -> AugmentQuestion:
    return AugmentQuestion.model_validate({"index": 0, "layer": layer, **changes})


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: str(layer["type"]))
def test_each_variant_is_another_picture_of_the_same(
    raw: digits.Digits, layer: dict[str, Any]
) -> None:
    image = raw.x_train[0]
    made = augment.variants(image, question(layer).layer, 6, seed=1)
    assert made.shape == (6, 28, 28) and made.dtype == np.uint8
    assert len({one.tobytes() for one in [image, *made]}) == 7
    assert 0.5 < made.mean() / image.mean() < 2
    np.testing.assert_array_equal(made, augment.variants(image, question(layer).layer, 6, seed=1))
    assert (made != augment.variants(image, question(layer).layer, 6, seed=2)).any()


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: str(layer["type"]))
def test_without_strength_nothing_changes(raw: digits.Digits, layer: dict[str, Any]) -> None:
    still = {key: 0 if isinstance(value, float) else value for key, value in layer.items()}
    made = augment.variants(raw.x_train[3], question(still).layer, 2, seed=1)
    np.testing.assert_array_equal(made, np.stack([raw.x_train[3]] * 2))


def test_the_predict_worker_answers(raw: digits.Digits, worker_env: dict[str, str]) -> None:
    worker = PredictWorker(Settings.from_environ(worker_env))
    asked = question(LAYERS[1], count=5).model_dump(mode="json")
    image = base64.b64encode(raw.x_train[0].tobytes()).decode()
    request = {"id": 4, "ask": "augment", "asked": asked, "image": image}
    assert worker.lane(request) == "long"
    answer = worker.answer_to(request)
    assert answer["id"] == 4
    assert len(base64.b64decode(answer["ok"]["pixels"])) == 5 * 784
    broken = worker.answer_to({**request, "image": image[:100]})
    assert broken["error"]["code"] == "bad_question"
