"""Accuracy on digits made harder to read."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from tests.ml.inference.insights.conftest import Study
from tests.ml.learning import SMALL
from webapp.ml.digits import scaled
from webapp.ml.inference import distort
from webapp.ml.inference.insights import robustness
from webapp.schemas.insights import RobustnessArguments

CURVES = ("noise", "rotation", "shift", "thickness")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(robustness, "MOST_IMAGES", 200)
    return 200


def test_every_curve_meets_the_clean_accuracy_at_0(study: Study, few: int) -> None:
    subject = study(SMALL, epochs=3, dataset={"train_samples": 2000, "test_noise": 0.7})
    seen = robustness.view(subject, RobustnessArguments())
    assert (seen["images"], seen["of"]) == (few, 1000)
    assert seen["clean"] > 0.7, "the run's own test noise is left out"
    for name in CURVES:
        curve = seen[name]
        assert curve["strength"] == sorted(curve["strength"])
        assert curve["accuracy"][curve["strength"].index(0)] == seen["clean"]
        assert len(curve["accuracy"]) == len(curve["strength"])
        assert set(curve["shown"]) <= set(curve["strength"])
        assert len(base64.b64decode(curve["examples"])) == 784 * len(curve["shown"])
    ends = [seen[name]["accuracy"][-1] for name in CURVES]
    assert max(ends[:3]) < seen["clean"] - 0.2
    assert json.loads(json.dumps(seen, allow_nan=False)) == seen


def test_a_shift_is_the_mean_of_four_directions(study: Study, few: int) -> None:
    subject = study(SMALL, epochs=1)
    seen = robustness.view(subject, RobustnessArguments())
    trial = robustness.Trial(subject)
    truth = subject.y_test[trial.chosen]
    shares = []
    for rows, columns in ((3, 0), (-3, 0), (0, 3), (0, -3)):
        x = scaled(distort.shifted(trial.images, rows, columns), True)
        shares.append((subject.predict(x).argmax(axis=1) == truth).mean())
    assert seen["shift"]["accuracy"][3] == pytest.approx(np.mean(shares))


def test_noise_is_in_the_units_that_the_network_gets(study: Study, few: int) -> None:
    unscaled = study(SMALL, epochs=1, dataset={"scale": False})
    curve = robustness.view(unscaled, RobustnessArguments())["noise"]
    pixels = np.frombuffer(base64.b64decode(curve["examples"]), np.uint8).reshape(5, 784)
    clean = robustness.Trial(unscaled).example.reshape(784)
    np.testing.assert_array_equal(pixels[0], clean)
    np.testing.assert_allclose(pixels[-1], clean, atol=5)  # 1 of 255 is next to nothing
