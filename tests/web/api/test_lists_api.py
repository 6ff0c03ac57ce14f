"""``GET /api/runs``: searched, sorted, and read on while runs come, go and change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from tests.fakes.doubles import Worker
from webapp.database import RunRow, writing
from webapp.runs import lists
from webapp.runs.clock import now
from webapp.runs.columns import EXPRESSIONS
from webapp.schemas.lists import NUMBERS, SORTS, TEXTS, Cursor

Create = Callable[..., str]
Train = Callable[..., Worker]


def ids(client: FlaskClient, query: str = "") -> list[str]:
    """The ids that one page lists."""
    return [run["id"] for run in client.get(f"/api/runs?{query}").get_json()["runs"]]


def pages(client: FlaskClient, query: str = "") -> Iterator[list[dict[str, Any]]]:
    """Every page of a question; the next is asked for when it is wanted."""
    answer = client.get(f"/api/runs?{query}").get_json()
    yield answer["runs"]
    while answer["next"]:
        answer = client.get(f"/api/runs?{query}&cursor={answer['next']}").get_json()
        yield answer["runs"]


def test_newest_first_and_page_by_page(client: FlaskClient, create: Create) -> None:
    made = [create() for _ in range(5)][::-1]
    assert client.get("/api/runs").get_json()["next"] is None
    assert [[run["id"] for run in page] for page in pages(client, "limit=2")] == [
        made[:2],
        made[2:4],
        made[4:],
    ]
    assert [len(page) for page in pages(client, "limit=5")] == [5]


def test_nothing_is_skipped_or_repeated_while_runs_come_and_go(
    client: FlaskClient, create: Create
) -> None:
    made = [create() for _ in range(6)][::-1]
    reading = pages(client, "limit=2")
    assert [run["id"] for run in next(reading)] == made[:2]
    create()
    for gone in (made[0], made[1], made[4]):
        client.delete(f"/api/runs/{gone}")
    rest = [run["id"] for page in reading for run in page]
    assert rest == [made[2], made[3], made[5]]


def test_before_a_deleted_run_its_place_stays(client: FlaskClient, create: Create) -> None:
    made = [create() for _ in range(4)][::-1]
    assert ids(client, f"limit=1&before={made[0]}") == [made[1]]
    client.delete(f"/api/runs/{made[1]}")
    assert ids(client, f"before={made[1]}") == made[2:]
    assert ids(client, f"before={made[3]}") == []


OTHER: dict[str, Any] = {
    "dataset": {"name": "mnist-5k", "train_samples": 900, "scale": False, "test_noise": 0.5},
    "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
    "compile": {
        "loss": {"name": "huber", "delta": 0.5},
        "optimizer": {"name": "SGD", "learning_rate": 0.5, "momentum": 0.9, "nesterov": True},
    },
    "fit": {
        "batch_size": 32, "epochs": 7, "validation_split": 0, "shuffle": False,
        "early_stopping": {"monitor": "loss", "patience": 4, "restore_best": False},
        "terminate_on_nan": True, "reduce_lr_on_plateau": {"patience": 2},
    },
    "seed": 2**32 - 1,
}  # fmt: skip
"""A configuration that differs from the usual one in every part."""


OF_RESULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda run: run["name"].lower(),
    "test_accuracy": lambda run: (run["test"] or {}).get("accuracy"),
    "test_loss": lambda run: (run["test"] or {}).get("loss"),
    "val_accuracy": lambda run: (run["best"] or {}).get("val_accuracy"),
    "val_loss": lambda run: run["latest"]["val_loss"],
    "accuracy": lambda run: run["latest"]["accuracy"],
    "loss": lambda run: run["latest"]["loss"],
    "seconds": lambda run: run["ended_at"] and run["started_at"] and _seconds(run),
    "layers": lambda run: len(run["config"]["layers"]),
    "compile.loss.name": lambda run: _named(run["config"]["compile"]["loss"]),
}


def value_of(run: dict[str, Any], field: str) -> Any:
    """What a run is sorted by, as its JSON says it."""
    if field in OF_RESULTS:
        return OF_RESULTS[field](run)
    if field in run:
        return run[field]
    part = run["config"]
    for key in field.split("."):
        part = part.get(key) if isinstance(part, dict) else None
    return part


def _named(loss: Any) -> str:
    return str(loss if isinstance(loss, str) else loss["name"])


def _seconds(run: dict[str, Any]) -> float:
    ended, started = (datetime.fromisoformat(run[name]) for name in ("ended_at", "started_at"))
    return (ended - started).total_seconds()


@pytest.fixture
def many(app: Flask, several: list[str], train: Train) -> list[str]:
    """Those runs, others with another configuration, and copies that are equal in everything."""
    other = train(3, "finished", name="Other", **OTHER).run_id
    with app.app_context(), writing() as (session, _after):
        for row in session.scalars(sa.select(RunRow)):
            row.disk_bytes = row.epoch * 1000 or None
            if row.id == other:  # these digits are not on this machine
                dataset = {**row.config["dataset"], "name": "mnist"}
                row.config = {**row.config, "dataset": dataset}
        for n in range(3):
            _copy(session, [other, several[0]], f"equal{n}")
    return [run["id"] for run in client_of(app).get("/api/runs").get_json()["runs"]]


def client_of(app: Flask) -> FlaskClient:
    return app.test_client()


def check_order(runs: list[dict[str, Any]], sort: str) -> None:
    """What is known comes first, in order; among equals the newest."""
    values = [value_of(run, sort.removeprefix("-")) for run in runs]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known)), sort
    assert known == sorted(known, reverse=sort.startswith("-")), sort
    for (one, first), (other, second) in pairwise(zip(runs, values, strict=True)):
        if first == second and sort != "created_at":
            assert one["created_at"] >= other["created_at"], sort


def test_every_order_has_everything_once_and_the_unknown_last(
    client: FlaskClient, many: list[str]
) -> None:
    told_apart = set()
    for sort in SORTS:
        runs = [run for page in pages(client, f"limit=2&sort={sort}") for run in page]
        assert sorted(run["id"] for run in runs) == sorted(many), sort
        check_order(runs, sort)
        if len({json.dumps(value_of(run, sort.removeprefix("-"))) for run in runs}) > 1:
            told_apart.add(sort.removeprefix("-"))
    same = {*NUMBERS, *TEXTS} - told_apart
    assert all(name.startswith(("compile.optimizer.", "compile.loss.")) for name in same), same


def test_in_every_order_none_is_skipped_or_repeated_while_runs_come_and_go(
    app: Flask, client: FlaskClient, many: list[str]
) -> None:
    """Also where the run that a page ended with is the one that is deleted."""
    for place, sort in enumerate(SORTS):
        own = f"s{place}e"  # part of the ids of this round's runs
        with app.app_context(), writing() as (session, _after):
            _copy(session, many[:4], own)
        reading = pages(client, f"limit=4&sort={sort}")
        before = {run["id"] for run in all_runs(client)}
        seen: list[str] = []
        gone: set[str] = set()
        came: set[str] = set()
        for number, page in enumerate(reading):
            seen += [run["id"] for run in page]
            check_order(page, sort)
            if number > 3:
                continue
            with app.app_context(), writing() as (session, _after):
                came |= _copy(session, many[:2], f"{own}{number}")
                to_come = [run_id for run_id in sorted(before) if run_id not in seen]
                gone |= _delete(session, [run_id for run_id in seen[-1:] if own in run_id])
                gone |= _delete(session, [run_id for run_id in to_come if own in run_id][:1])
        assert len(seen) == len(set(seen)), f"{sort}: none twice"
        assert before - gone <= set(seen) <= before | came, f"{sort}: none is skipped"
        with app.app_context(), writing() as (session, _after):
            _delete(session, [one for one in before | came if own in one])


def all_runs(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/runs?limit=500").get_json()["runs"]
    return found


def _copy(session: Session, sources: list[str], name: str) -> set[str]:
    """Newer runs that are equal to those in everything; their ids contain the name."""
    made = set()
    for n, source in enumerate(sources):
        row = session.scalars(sa.select(RunRow).where(RunRow.id == source)).one()
        values = {c.name: getattr(row, c.name) for c in RunRow.__table__.columns}
        del values["number"]
        changed = {"id": f"{n}{name}", "created_at": now()}
        session.execute(sa.insert(RunRow), [values | changed])
        made.add(f"{n}{name}")
    return made


def _delete(session: Session, run_ids: list[str]) -> set[str]:
    session.execute(sa.delete(RunRow).where(RunRow.id.in_(run_ids)))
    return set(run_ids)


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_can_be_said_to_postgresql(sort: str) -> None:
    """No server of it runs here; what SQLAlchemy cannot translate it refuses."""
    column = EXPRESSIONS[sort.removeprefix("-")]
    cursor = Cursor(sort=sort, value="a" if sort.removeprefix("-") in TEXTS else 1.5, number=7)
    query = lists.ordered(sa.select(RunRow.number).add_columns(column), sort, column)
    query = query.where(lists.behind(column, cursor), lists.contains("word"))
    text = str(query.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "NULLS LAST" in text and "json_extract" not in text.lower()


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ALPHA", [3, 1]),
        ("ärger", [4]),
        ("gam dense", [2]),
        ("mnist-5k", [4, 3, 2, 1, 0]),
        ("adam relu", [4, 3, 2, 1, 0]),
        ("a%a", []),
        ("no such thing", []),
        ("%00", [4, 3, 2, 1, 0]),
    ],
)
def test_words_are_searched(
    client: FlaskClient, several: list[str], q: str, found: list[int]
) -> None:
    assert ids(client, f"q={q}".replace("a%a", "a%25a")) == [several[n] for n in found]


def test_a_page_of_large_networks_ends_earlier(
    client: FlaskClient, several: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_LAYERS", 4)
    found = list(pages(client))
    assert [len(page) for page in found] == [2, 2, 1], "three layers each"
    assert [run["id"] for page in found for run in page] == several[::-1]


def test_statuses_are_filtered(client: FlaskClient, several: list[str], app: Flask) -> None:
    assert ids(client, "status=queued,running") == [several[3], several[1]]
    assert ids(client, "status=finished&sort=name") == [several[0]]
    assert ids(client, "status=imported") == []


def test_mine_are_those_of_who_asks(client: FlaskClient, create: Create) -> None:
    create()  # of an address, which owns nothing
    assert ids(client, "mine=1") == []
    client.get("/")
    own = [create(), create()][::-1]
    assert [[run["id"] for run in page] for page in pages(client, "mine=1&limit=1")] == [
        own[:1],
        own[1:],
    ]
    assert len(ids(client, "mine=0")) == 3
