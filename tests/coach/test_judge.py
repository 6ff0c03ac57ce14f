"""What comes first, what is measured, and real runs: those that bench/coach.py recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.coach.runs import FLAT, GOOD, configured, curve, measured, network, run, seen
from webapp.coach.answer import collect_evidence
from webapp.coach.evidence import Measured
from webapp.coach.finding import Change, Sentence, percent, times
from webapp.coach.judge import RULES, judge, wants_measuring
from webapp.lessons.answer import measured as measured_lessons

FILE = Path(__file__).parent / "recorded.json"
RECORDED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RECORDED)
def test_the_right_fault_comes_first_in_real_runs(name: str) -> None:
    kept = RECORDED[name]
    evidence = collect_evidence(kept["curve"])
    if wants_measuring(evidence):
        evidence = collect_evidence(kept["curve"], Measured.of(kept["measured"]))
    said = [finding.id for finding in judge(evidence)]
    assert (said[0] if said else None) == kept["first"], said


def test_every_rule_has_a_real_run() -> None:
    shown = {kept["first"] for kept in RECORDED.values()} - {None}
    elsewhere = {"one_answer", "not_falling", "collapse"}  # two symptoms; the test below
    assert shown | elsewhere == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("experiment", ["8", "10"])
def test_of_the_lectures_deep_networks_one_collapsed(experiment: str) -> None:
    """Experiment 8 with seed 3; the others only sway (docs/lessons.md)."""
    for row in measured_lessons()["lecture"][experiment]:
        evidence = run(epochs=curve(row["accuracies"]), test=row["test"])
        said = [finding.id for finding in judge(evidence)]
        assert said == (["collapse"] if (experiment, row["seed"]) == ("8", 3) else [])


def test_the_lecture_and_five_healthy_runs_are_among_them() -> None:
    assert {str(n) for n in range(1, 13)} <= set(RECORDED)
    assert sum(kept["first"] is None for kept in RECORDED.values()) >= 5


def test_a_cause_comes_before_what_it_brings_about() -> None:
    answers = (0, 1000, *[0] * 8)
    ends = [seen(1, "sigmoid", initial=1e-9), seen(4, "softmax")]
    evidence = run(
        FLAT,
        layers=network("sigmoid", "sigmoid", "sigmoid"),
        compile={"loss": "mean_squared_error"},
        dataset={"scale": False},
        inside=measured(ends, answers=answers, train=0.1),
    )
    said = [finding.id for finding in judge(evidence)]
    assert said == ["pixels", "vanishing", "squared", "one_answer", "not_falling"]


def test_numbers_come_from_the_evidence() -> None:
    finding = judge(run(FLAT, inside=measured(answers=(0, 1000, *[0] * 8), train=0.1)))[0]
    said = finding.sentence.msgid % finding.sentence.values
    assert said == "It predicts 1 for every image; 11.40% of the test digits are 1."
    assert finding.numbers["truth"] == 0.114


def test_a_healthy_run_is_left_alone() -> None:
    assert judge(run()) == []
    assert judge(run([])) == []
    assert not wants_measuring(run())


def test_a_run_that_diverges_in_its_first_epoch() -> None:
    evidence = run([], status="running", diverged_at=1, dataset={"scale": False})
    assert [finding.id for finding in judge(evidence)] == ["pixels", "diverged"]


def test_what_is_looked_into() -> None:
    assert wants_measuring(run(FLAT))
    assert wants_measuring(run(test=0.8))
    assert wants_measuring(run(dataset={"test_noise": 0.1}))
    assert not wants_measuring(run(FLAT, status="running"))
    assert not wants_measuring(run([]))


def test_a_change_touches_nothing_else() -> None:
    config = configured()
    changed = Change(Sentence("x"), {"fit.batch_size": 7, "dataset.scale": False}).applied(config)
    assert changed.fit.batch_size == 7 and not changed.dataset.scale
    dataset = changed.dataset.model_copy(update={"scale": True})
    fit = changed.fit.model_copy(update={"batch_size": config.fit.batch_size})
    assert changed.model_copy(update={"dataset": dataset, "fit": fit}) == config


def test_numbers_as_they_are_written() -> None:
    assert (percent(0.1135, 2), times(12_345.6), times(1.8e9)) == (
        "11.35%",
        "10,000",
        "2,000,000,000",
    )


def test_the_noise_is_not_added_twice() -> None:
    noise = {"type": "GaussianNoise", "stddev": 1.0}
    layers = [noise, *network("relu")]
    (finding,) = judge(run(GOOD, test=0.5, layers=layers, dataset={"test_noise": 1.0}))
    assert finding.id == "unlike" and finding.change is None


def test_dropout_comes_after_each_hidden_layer_once() -> None:
    (finding,) = judge(run(test=0.85))
    assert finding.change is not None
    mended = finding.change.applied(configured())
    types = [layer.type for layer in mended.layers]
    assert types == ["Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense"]
    again = run(test=0.85, layers=[one.model_dump(mode="json") for one in mended.layers])
    assert judge(again)[0].change is None
