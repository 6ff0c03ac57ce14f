"""The queue over real tables: one order for all who ask, fair, and honest about the time."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.fakes.doubles import Worker, archive
from webapp.database import RunRow, reading, writing
from webapp.runs import control, lifecycle, queries, signals, waiting
from webapp.runs.paces import estimate, kind_of
from webapp.schemas.config import RunConfig
from webapp.security.owners import COOKIE

Create = Callable[..., str]

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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The time that runs go by, in ms; it stands still unless the test moves it."""
    reported = {"ms": 1_000_000}
    for module in ("attempts", "changes", "clock", "control", "lifecycle", "recording"):
        monkeypatch.setattr(f"webapp.runs.{module}.now", lambda: reported["ms"])
    return reported


@pytest.fixture
def create(config: dict[str, Any]) -> Create:
    """Queues a run of an owner's; its id."""

    def created(owner: str | None = "ann", epochs: int = 2, **parts: Any) -> str:
        whole = {**config, "fit": {"batch_size": 100, "epochs": epochs}, **parts}
        return str(lifecycle.create(RunConfig.model_validate(whole), 1, owner)["id"])

    return created


def queue() -> list[str]:
    """The ids of what waits, by their places."""
    placed = [run for run in queries.page(500) if run["queue_position"] is not None]
    return [run["id"] for run in sorted(placed, key=lambda run: int(run["queue_position"]))]


def wait_of(run_id: str) -> Any:
    return queries.get(run_id)["wait_seconds"]


# --- the order


def test_many_runs_of_one_let_the_next_one_pass(create: Create, clock: dict[str, int]) -> None:
    runs = {}
    for name, owner in (("a1", "ann"), ("a2", "ann"), ("a3", "ann"), ("b1", "ben")):
        clock["ms"] += 1
        runs[create(owner)] = name
    assert [runs[one] for one in queue()] == ["a1", "b1", "a2", "a3"]


def test_what_is_reported_is_what_happens(create: Create, clock: dict[str, int]) -> None:
    for owner in ("ann", "ann", "ann", "ben", "cho", "ben", None, None):
        clock["ms"] += 1
        create(owner)
    while reported := queue():
        assert queries.next_queued() == reported[0]
        assert [queries.get(one)["queue_position"] for one in reported] == [
            *range(1, len(reported) + 1)
        ]
        clock["ms"] += 1
        Worker(reported[0])
        assert queue() == reported[1:], "each start moves the others up by one"
    assert queries.next_queued() is None


def test_who_was_served_lately_comes_later(create: Create, clock: dict[str, int]) -> None:
    first, second = create("ben"), create("ben")
    clock["ms"] += 1
    other = create("ann")
    clock["ms"] += 1
    worker = Worker(first)
    worker.begin()
    clock["ms"] += 1
    worker.finish()
    assert queue() == [other, second]


def test_a_run_whose_worker_died_is_first(create: Create, clock: dict[str, int]) -> None:
    dead = Worker(create("ann"))
    other = create("ben")
    dead.begin()
    dead.send({"type": "status", "status": "queued"})
    assert queue() == [dead.run_id, other]


def test_those_behind_a_newcomer_are_reported(create: Create, clock: dict[str, int]) -> None:
    runs = [create("ann") for _ in range(3)]
    reported: list[tuple[str, int]] = []

    def receive(_app: object, run: dict[str, Any], urgent: bool = True) -> None:
        reported.append((run["id"], run["queue_position"]))

    with signals.run_changed.connected_to(receive), signals.run_moved.connected_to(receive):
        late = create("ben")
    assert reported == [(late, 2), (runs[1], 3), (runs[2], 4)]


def test_a_model_that_comes_in_moves_nobody(
    app: Flask, create: Create, clock: dict[str, int], config: dict[str, Any]
) -> None:
    for _ in range(3):
        create("ann")
    weights = app.config["DATA_DIR"] / "new.npz"
    weights.write_bytes(archive())
    reported: list[tuple[str, str]] = []

    def receive(_app: object, run: dict[str, Any], urgent: bool = True) -> None:
        reported.append((run["id"], run["status"]))

    with signals.run_changed.connected_to(receive), signals.run_moved.connected_to(receive):
        came = lifecycle.adopt(RunConfig.model_validate(config), 1, weights)
    assert reported == [(came["id"], "finished")]
    assert came["ended_at"] is not None and len(queue()) == 3


def test_the_owner_is_kept_and_never_answered(client: FlaskClient, config: dict[str, Any]) -> None:
    client.get("/")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    name, _dot, _signature = cookie.value.partition(".")
    answer = client.post("/api/runs", json=config)
    assert answer.status_code == 201
    assert name not in answer.text + client.get("/api/runs").text
    with reading() as session:
        assert session.scalars(sa.select(RunRow.owner)).all() == [f"owner {name}"]


# --- the time


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


# --- how fast


def test_a_thousand_that_wait(create: Create, clock: dict[str, int]) -> None:
    run_id = create()
    with writing() as (session, _after):
        row = session.scalars(sa.select(RunRow)).one()
        values = {
            column.name: getattr(row, column.name)
            for column in RunRow.__table__.columns
            if column.name != "number"
        }
        rows = [{**values, "id": f"r{n}", "owner": f"o{n % 60}"} for n in range(1000)]
        session.execute(sa.insert(RunRow), rows)
    taken = []
    for _ in range(5):
        clock["ms"] += 1000
        began = time.process_time()
        assert queries.get(run_id)["queue_position"] == 1
        taken.append(time.process_time() - began)
    assert min(taken) < 0.1


def test_readers_share_what_was_computed_until_the_queue_changes(
    create: Create, clock: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, waits = Worker(create()), create()
    worker.begin()
    computed: list[str] = []

    def counted(session: Session) -> Any:
        computed.append("once more")
        return exactly(session)

    exactly = waiting.turns
    monkeypatch.setattr(waiting, "turns", counted)

    def look(act: Callable[[], object] = str) -> int:
        """How often the turns are computed for readers: three of them after ``act``."""
        computed.clear()
        act()
        for _ in range(2):
            assert queries.page()[0]["queue_position"] is not None
        assert queries.get(waits)["queue_position"] == 1
        return len(computed)

    look()
    assert look() == 0
    worker.send({"type": "batch", "epoch": 1, "step": 1, "steps": 9, "loss": 1, "accuracy": 0})
    worker.epoch(1)
    assert look() == 0, "what is trained moves nobody"
    clock["ms"] += 1000
    assert look() == 1, "but waiting times change"
    assert look(create) == 1
    assert look(lambda: control.stop(worker.run_id)) == 1
    last = create()
    assert look(lambda: lifecycle.delete(last)) == 1


def test_a_run_that_came_meanwhile_has_its_turn(create: Create, clock: dict[str, int]) -> None:
    """A reader may see a run whose commit has not been told yet."""
    first = create()
    with writing() as (session, _after):
        row = session.scalars(sa.select(RunRow)).one()
        values = {c.name: getattr(row, c.name) for c in RunRow.__table__.columns}
        session.execute(sa.insert(RunRow), [{**values, "number": 9, "id": "late"}])
    assert queue() == [first, "late"]
