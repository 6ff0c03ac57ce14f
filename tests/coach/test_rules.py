"""Each rule on a run that shows its fault, and on runs that come near it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.coach.runs import FLAT, GOOD, curve, measured, network, run, seen
from webapp.coach import batches, data, epochs, layers, overfitting, rates, symptoms
from webapp.coach.evidence import Epoch, Evidence
from webapp.coach.finding import Finding

SIGMOIDS = network(*["sigmoid"] * 6)
SQUARED: dict[str, Any] = {"loss": "mean_squared_error"}
ADAM = {"name": "Adam", "learning_rate": 0.01}
SLOW: dict[str, Any] = {"optimizer": {"name": "SGD", "learning_rate": 0.001}}
NOISE: dict[str, Any] = {"dataset": {"test_noise": 1.0}}
ONES = (0, 1000, *[0] * 8)
FALLING = [2.0, 1.5, 1.2, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]


def inside(first: float, last: float) -> dict[str, Any]:
    """Six sigmoid layers with gradients of these sizes at their ends."""
    ends = [seen(1, "sigmoid", initial=first), seen(7, "softmax", initial=last)]
    return {"inside": measured(ends, train=0.1), "layers": SIGMOIDS}


def rated(rates: list[float]) -> list[Epoch]:
    """Epochs in which nothing is learned, with these learning rates."""
    epochs = curve([0.1] * len(rates))
    return [replace(one, learning_rate=rate) for one, rate in zip(epochs, rates, strict=True)]


def with_layer(activation: str, train: float = 0.1, **values: float) -> dict[str, Any]:
    statistics = measured([seen(1, activation, **values)], train=train)
    return {"inside": statistics, "layers": network(activation)}


# fmt: off
SHOWN: list[tuple[Callable[[Evidence], Finding | None], Evidence]] = [
    (data.pixels, run(FLAT, dataset={"scale": False})),
    (data.pixels, run([None], diverged_at=1, dataset={"scale": False})),
    (data.pixels, run(FLAT[:1], status="running", dataset={"scale": False})),
    (data.unlike, run(test=0.5, **NOISE)),
    (data.unlike, run(inside=measured(test=0.5, clean=0.95), **NOISE)),
    (rates.diverged, run([0.3, None], diverged_at=2)),
    (rates.squared, run(FLAT, compile=SQUARED)),
    (rates.collapse, run([0.9, 0.98, 0.7, 0.6])),
    (rates.rate_high, run(FLAT, compile={"optimizer": ADAM})),
    (rates.rate_high, run(epochs=rated([0.3, *[0.001] * 9]), compile={"optimizer": ADAM})),
    (rates.rate_low, run([0.2] * 10, compile=SLOW)),
    (rates.rate_low, run([0.2] * 10, compile={"optimizer": {"name": "Adadelta"}})),
    (layers.vanishing, run(FLAT, **inside(1e-8, 1e-2))),
    (layers.vanishing, run(FLAT, layers=SIGMOIDS)),
    (layers.dead, run(FLAT, **with_layer("relu", dead=0.95))),
    (layers.saturated, run(FLAT, **with_layer("tanh", saturated=0.95))),
    (batches.batch_large, run(FLAT, fit={"batch_size": 2000})),
    (batches.batch_large, run(FLAT[:5], status="running", fit={"batch_size": 1000})),
    (batches.batch_small, run(fit={"batch_size": 1})),
    (overfitting.overfitting, run(test=0.85)),
    (epochs.early_stop, run(epochs=curve(GOOD, val=[0.5, 0.3, 0.2, *[0.35] * 7]))),
    (epochs.few_epochs, run(epochs=curve(GOOD[:4], losses=FALLING[:4]), fit={"epochs": 4})),
    (epochs.few_epochs, run(epochs=curve(GOOD[:2]), fit={"epochs": 2})),
    (symptoms.one_answer, run(FLAT, inside=measured(answers=ONES, train=0.1))),
    (symptoms.not_falling, run(FLAT)),
]
SILENT: list[tuple[Callable[[Evidence], Finding | None], Evidence]] = [
    (data.pixels, run(FLAT)),
    (data.pixels, run(dataset={"scale": False})),
    (data.unlike, run(test=0.5)),
    (data.unlike, run(inside=measured(test=0.9, clean=0.95), **NOISE)),
    (rates.diverged, run()),
    (rates.squared, run(compile=SQUARED)),
    (rates.squared, run(FLAT)),
    (rates.squared, run(FLAT[:9], status="running", compile=SQUARED)),
    (rates.collapse, run([0.9, 0.98, 0.7, 0.97])),
    (rates.collapse, run([0.9, 0.98, 0.85, 0.8])),
    (rates.rate_high, run(FLAT)),
    (rates.rate_high, run(epochs=rated([0.001, *[0.3] * 9]))),
    (rates.rate_high, run(compile={"optimizer": ADAM})),
    (rates.rate_high, run([0.5, 0.7], compile={"optimizer": ADAM})),
    (rates.rate_low, run([0.2] * 10)),
    (rates.rate_low, run(compile=SLOW)),
    (layers.vanishing, run(**inside(1e-8, 1e-2))),
    (layers.vanishing, run(FLAT, **inside(1e-5, 1e-2))),
    (layers.vanishing, run(FLAT, layers=network("sigmoid"))),
    (layers.vanishing, run(FLAT[:9], status="running", layers=SIGMOIDS)),
    (layers.dead, run(**with_layer("relu", train=0.98, dead=0.95))),
    (layers.dead, run(FLAT, **with_layer("relu", dead=0.77))),
    (layers.saturated, run(FLAT, **with_layer("tanh", saturated=0.45))),
    (layers.saturated, run(FLAT)),
    (batches.batch_large, run(fit={"batch_size": 2000})),
    (batches.batch_large, run(FLAT, fit={"batch_size": 200})),
    (batches.batch_large, run(FLAT[:4], status="running", fit={"batch_size": 2000})),
    (batches.batch_small, run(fit={"batch_size": 10})),
    (batches.batch_small, run(fit={"batch_size": 1}, dataset={"train_samples": 600})),
    (overfitting.overfitting, run(test=0.92)),
    (overfitting.overfitting, run(test=0.5, **NOISE)),
    (epochs.early_stop, run(epochs=curve(GOOD, val=[0.5, 0.3, 0.2, *[0.25] * 7]))),
    (epochs.early_stop, run(epochs=curve(GOOD[:6], val=[0.5, 0.3, *[0.5] * 4]))),
    (epochs.early_stop, run(epochs=curve(GOOD, val=[0.2, *[0.9] * 9]), fit={"early_stopping": {}})),
    (epochs.few_epochs, run()),
    (epochs.few_epochs, run(epochs=curve(GOOD[:4], losses=[9, 8, 8.5, 7]), fit={"epochs": 4})),
    (epochs.few_epochs, run(epochs=curve(GOOD[:4], losses=FALLING[:4]), fit={"epochs": 9})),
    (epochs.few_epochs, run(epochs=curve(GOOD[:4]), status="stopped", fit={"epochs": 4})),
    (epochs.few_epochs,
     run(epochs=curve(GOOD[:4], val=[0.5, 0.3, 0.4, 0.45], losses=FALLING[:4]), fit={"epochs": 4})),
    (symptoms.one_answer, run(FLAT)),
    (symptoms.one_answer, run(inside=measured())),
    (symptoms.not_falling, run()),
    (symptoms.not_falling, run(FLAT[:9], status="running")),
]
# fmt: on


def name(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize(("rule", "evidence"), SHOWN, ids=name)
def test_a_run_with_the_fault(rule: Callable[..., Finding | None], evidence: Evidence) -> None:
    finding = rule(evidence)
    assert finding is not None and finding.id == rule.__name__
    for sentence in (finding.sentence, finding.why, finding.advice):
        assert "%(" not in sentence.msgid % sentence.values
    assert finding.change is not None
    assert finding.change.applied(evidence.config) != evidence.config


@pytest.mark.parametrize(("rule", "evidence"), SILENT, ids=name)
def test_a_run_without_it(rule: Callable[..., Finding | None], evidence: Evidence) -> None:
    assert rule(evidence) is None
