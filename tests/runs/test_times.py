"""How long a run waits and trains, from runs like it and from its own pace."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker
from tests.runs.conftest import Create, queue, wait_of
from webapp.runs import control, queries
from webapp.runs.paces import estimate, kind_of
from webapp.schemas.config import RunConfig

SIMILAR: list[tuple[str, object, bool]] = [
    ("name", "Other", True),
    ("seed", 7, True),
    ("fit.epochs", 99, True),
    ("fit.shuffle", False, True),
    ("compile.optimizer.learning_rate", 0.5, True),
    ("dataset.test_noise", 0.5, True),
    ("dataset.scale", False, True),
    ("fit.batch_size", 32, False),
    ("fit.validation_split", 0.5, False),
    ("dataset.train_samples", 100, False),
    ("dataset.name", "mnist", False),
    ("compile.optimizer", {"name": "SGD", "learning_rate": 0.1}, False),
    ("compile.loss", "mean_squared_error", False),
    ("layers[1].units", 9, False),
    ("layers[1].activation", "tanh", False),
]
"""What differs, and whether epochs still take equally long."""


def trained(run_id: str, clock: dict[str, int], epochs: int = 2, epoch_ms: int = 3000) -> None:
    """A run that takes 1 s to start, 3 s for each epoch and 0.5 s to be tested."""
    worker = Worker(run_id)
    clock["ms"] += 1000
    worker.begin()
    for epoch in range(1, epochs + 1):
        clock["ms"] += epoch_ms
        worker.epoch(epoch)
    clock["ms"] += 500
    worker.finish()


def test_nobody_knows_before_such_a_run_was_trained(create: Create, clock: dict[str, int]) -> None:
    first, second = create(), create()
    assert wait_of(first) == 0.0
    assert wait_of(second) is None


def test_the_time_rests_on_runs_of_the_same_kind(create: Create, clock: dict[str, int]) -> None:
    trained(create(), clock)
    first, second, third = create(epochs=10), create("ann", epochs=4), create()
    assert [wait_of(one) for one in (first, second, third)] == [0.0, 31.5, 45.0]
    assert [run["wait_seconds"] for run in queries.page()] == [45.0, 31.5, 0.0, None]


def test_another_kind_is_unknown_and_so_is_what_comes_after(
    create: Create, clock: dict[str, int]
) -> None:
    trained(create(), clock)
    known, other = create(), create(dataset={"name": "mnist"})
    last = create()
    assert [wait_of(one) for one in (known, other, last)] == [0.0, 7.5, None]


def test_a_run_under_way(create: Create, clock: dict[str, int]) -> None:
    trained(create(), clock)
    worker, waiting = Worker(create(epochs=4)), create()
    assert wait_of(waiting) == 13.5, "it starts"
    clock["ms"] += 1000
    worker.begin()
    for epoch in (1, 2, 3):
        clock["ms"] += 4000
        worker.epoch(epoch)
    assert wait_of(waiting) == 4.0, "by its own epochs, not by those of the run before"
    control.stop(worker.run_id)
    assert wait_of(waiting) == 0.0


def test_the_first_epoch_compiles_the_network_which_no_other_does(
    create: Create, clock: dict[str, int]
) -> None:
    worker = Worker(create(epochs=10))
    worker.begin()
    clock["ms"] += 6000
    worker.epoch(1, seconds=5.5)
    assert queries.get(worker.run_id)["eta_seconds"] is None, "it says nothing of the others"
    for epoch in (2, 3):
        clock["ms"] += 1000
        worker.epoch(epoch, seconds=0.5)
    assert queries.get(worker.run_id)["eta_seconds"] == 7.0


def test_a_new_attempt_has_a_pace_of_its_own(create: Create, clock: dict[str, int]) -> None:
    worker = Worker(create(epochs=10))
    worker.begin()
    for epoch in (1, 2, 3):
        clock["ms"] += 1000
        worker.epoch(epoch)
    control.pause(worker.run_id)
    worker.send({"type": "status", "status": "paused", "epoch": 3, "part": 0})
    control.resume(worker.run_id)
    again = Worker(worker.run_id)
    again.send({"type": "status", "status": "running", "from_epoch": 3})
    for epoch, known in ((4, None), (5, None), (6, 20.0)):
        clock["ms"] += 5000
        again.epoch(epoch)
        assert queries.get(worker.run_id)["eta_seconds"] == known


def test_one_epoch_at_a_time(create: Create, clock: dict[str, int]) -> None:
    trained(create(), clock)
    worker = Worker(create(epochs=10))
    worker.begin()
    worker.send({"type": "status", "status": "paused"})
    control.step(worker.run_id)
    waiting = create()
    assert queue() == [worker.run_id, waiting]
    assert wait_of(waiting) == 4.5
    again = Worker(worker.run_id)
    again.send({"type": "status", "status": "running"})
    clock["ms"] += 1000
    again.send({"type": "batch", "epoch": 1, "step": 1, "steps": 2, "loss": 1, "accuracy": 0})
    assert wait_of(waiting) == 3.0, "by such runs: its own first epoch tells nothing yet"


def test_several_places(app: Flask, create: Create, clock: dict[str, int]) -> None:
    trained(create(), clock)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], workers=2)
    runs = [queries.get(one) for one in [create() for _ in range(4)]]
    assert [run["wait_least_seconds"] for run in runs] == [0.0, 0.0, 7.5, 7.5]
    assert [run["wait_seconds"] for run in runs] == [0.0, 0.0, 15.0, 15.0], "side by side"


@pytest.mark.parametrize(("path", "value", "similar"), SIMILAR)
def test_kinds(config: dict[str, Any], path: str, value: object, similar: bool) -> None:
    whole = RunConfig.model_validate(config).model_dump(mode="json")
    other = copy.deepcopy(whole)
    *parents, key = re.findall(r"\w+", path)
    place: Any = other
    for parent in parents:
        place = place[int(parent) if parent.isdigit() else parent]
    place[key] = value
    assert (kind_of(whole) == kind_of(other)) == similar


def test_a_configuration_is_timed_by_similar_runs(
    create: Create, clock: dict[str, int], config: dict[str, Any]
) -> None:
    whole = RunConfig.model_validate(config).model_dump(mode="json")
    whole["fit"]["epochs"] = 10
    assert estimate(whole) is None
    for seconds in (9, 3, 6, 4):  # the newest three count
        trained(create(), clock, epoch_ms=1000 * seconds)
    assert estimate(whole) == (31.5, 61.5)


def test_runs_that_took_other_times_make_a_range(create: Create, clock: dict[str, int]) -> None:
    for seconds in (9, 6, 3, 4):  # the newest three count: 3 to 6
        trained(create(), clock, epoch_ms=1000 * seconds)
    create()
    waiting = queries.get(create())
    assert (waiting["wait_seconds"], waiting["wait_least_seconds"]) == (13.5, 7.5)
