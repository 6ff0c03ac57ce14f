"""Histograms and dead units of every kept checkpoint."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.ml.inference.insights.conftest import Study
from tests.ml.learning import SMALL
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.inference import probe
from webapp.ml.inference.insights import histograms, units
from webapp.ml.inference.insights.histograms import BINS, FINE, folded, slopes, spread
from webapp.ml.inference.insights.over_epochs import OverEpochs
from webapp.schemas.insights import OverEpochs as NoArguments

NONE = NoArguments()
MIXED: list[dict[str, Any]] = [
    {"type": "Conv2D", "filters": 3, "kernel_size": 5, "strides": 3, "activation": "relu"},
    {"type": "Flatten"},
    {"type": "Dense", "units": 8},
    {"type": "BatchNormalization"},
    {"type": "Activation", "activation": "tanh"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


def test_every_epoch_has_a_histogram_of_each_kernel(study: Study) -> None:
    subject = study(MIXED)
    found = histograms.view(subject, NONE)
    assert found["epochs"] == [0, 1, 2, 3]
    assert [layer["number"] for layer in found["layers"]] == [1, 3, 6]
    assert [layer["parameters"] for layer in found["layers"]] == [75, 8 * 192, 80]
    kernel = subject.model.layers[2].get_weights()[0]
    weights = found["layers"][1]["weights"]
    edges = np.linspace(-weights["limit"], weights["limit"], BINS + 1)
    shares = np.histogram(kernel, edges)[0] / kernel.size
    np.testing.assert_allclose(weights["shares"][3][1:-1], shares[1:-1], atol=1e-5)
    assert sum(weights["shares"][0]) == pytest.approx(1, abs=1e-3)
    assert weights["mean"][3] == pytest.approx(float(kernel.mean()), rel=1e-4)
    assert weights["std"][3] == pytest.approx(float(kernel.std()), rel=1e-4)


def test_gradients_are_by_powers_of_ten(study: Study) -> None:
    subject = study(MIXED)
    found = histograms.view(subject, NONE)
    x, y = subject.x_train[:256], digits.one_hot(subject.y_train[:256])
    wanted = probe.kernel_gradients(subject.model, x, y)
    for layer, gradient in zip(found["layers"], wanted, strict=True):
        made = layer["gradients"]
        assert made["norm"][3] == pytest.approx(float(np.linalg.norm(gradient)), rel=1e-3)
        assert sum(made["shares"][3]) + made["zero"][3] == pytest.approx(1, abs=1e-3)
        low, high = made["decades"]
        middle = int((np.log10(np.median(np.abs(gradient))) - low) / (high - low) * BINS)
        assert sum(made["shares"][3][: middle + 1]) >= 0.45


def test_bins_are_shared_and_no_count_is_guessed() -> None:
    """Spreads of different reach: the folded counts are those of a plain histogram."""
    random = np.random.RandomState(1)
    arrays = [random.standard_normal(5000) * sigma for sigma in (0.02, 0.3, 1.1)]
    limit, counts = folded([spread(array) for array in arrays])
    for array, found in zip(arrays, counts, strict=True):
        assert found.sum() == 5000
        inner = np.histogram(array, np.linspace(-limit, limit, BINS + 1))[0]
        np.testing.assert_array_equal(found[1:-1], inner[1:-1])
        assert np.abs(array[np.abs(array) > limit]).size <= 0.001 * 5000
    assert limit < 4


def test_reaches_far_apart_and_nothing_at_all() -> None:
    spreads = [spread(np.array(array)) for array in ([1e-9, -1e-9], [100.0, -3.0], [0.0], [np.nan])]
    _limit, counts = folded(spreads)
    assert [int(one.sum()) for one in counts] == [2, 2, 1, 0]
    assert spreads[3].mean is None
    assert len(spreads[0].counts) == FINE


def test_gradients_beyond_the_decades_are_counted() -> None:
    found = slopes(np.array([0.0, 0.0, 1e-30, 1e9, 1.0, np.inf]))
    assert (found.zero, int(found.counts.sum()), found.norm) == (2, 3, None)
    assert found.counts[0] == 1 and found.counts[-1] == 1


def test_dead_and_saturated_units_of_every_epoch(study: Study) -> None:
    subject = study(MIXED)
    found = units.view(subject, NONE)
    assert [layer["number"] for layer in found["layers"]] == [1, 3, 5]
    convolution, linear, tanh = found["layers"]
    maps = probe.outputs(subject.model, subject.x_test[:1000])[0]
    assert convolution["dead"][3] == pytest.approx(1 - (maps > 0).any(axis=(0, 1, 2)).mean())
    assert convolution["saturated"] == linear["saturated"] == [None] * 4
    flat = probe.outputs(subject.model, subject.x_test[:1000])[4]
    assert tanh["saturated"][3] == pytest.approx((1 - flat**2 < 0.05).mean(), abs=1e-3)
    assert (found["images"], found["epochs"]) == (1000, [0, 1, 2, 3])


def test_biases_that_kill_are_found(study: Study) -> None:
    subject = study(SMALL, epochs=1)
    weights = subject.model.get_weights()
    weights[1][:12] = -1000
    path = subject.kept[1][1]
    checkpoint.write(path.with_name("1-2.npz"), checkpoint.Checkpoint(weights))
    subject.kept.append((2, path.with_name("1-2.npz")))  # type: ignore[attr-defined]
    assert units.view(subject, NONE)["layers"][0]["dead"][-1] >= 12 / 16


def test_a_checkpoint_is_measured_once_and_a_missing_one_left_out(study: Study) -> None:
    subject = study(SMALL)
    measured: list[float] = []

    def measure(_subject: Any, model: Any) -> float:
        measured.append(float(np.abs(model.get_weights()[0]).sum()))
        return measured[-1]

    over = OverEpochs(measure)
    first = over.of(subject)
    subject.kept[1][1].unlink()
    second = over.of(subject)
    assert [epoch for epoch, _ in second] == [0, 2, 3]
    assert second == [first[0], *first[2:]] and len(measured) == 4 == len(set(measured))


def test_a_network_that_diverged(study: Study) -> None:
    subject = study(SMALL, epochs=1)
    model = network.build(subject.config.layers)
    path = subject.kept[1][1]
    broken = [np.full_like(one, np.nan) for one in model.get_weights()]
    checkpoint.write(path.with_name("1-2.npz"), checkpoint.Checkpoint(broken))
    subject.kept.append((2, path.with_name("1-2.npz")))  # type: ignore[attr-defined]
    for view in (histograms.view, units.view):
        json.dumps(view(subject, NONE), allow_nan=False)
    found = histograms.view(subject, NONE)["layers"][0]
    assert found["weights"]["mean"][2] is None and found["gradients"]["norm"][2] is None
