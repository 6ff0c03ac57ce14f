"""The queue over real tables: one order for all who ask, and fair."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.fakes.doubles import Worker, archive
from tests.runs.conftest import Create, queue
from webapp.database import RunRow, reading, writing
from webapp.runs import control, lifecycle, queries, signals, waiting
from webapp.schemas.config import RunConfig
from webapp.security.owners import COOKIE

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
