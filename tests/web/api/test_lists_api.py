"""``GET /api/runs``: searched, sorted, and read on while runs come, go and change."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker
from tests.web.api.test_runs_api import problem
from webapp.runs import lifecycle, lists
from webapp.schemas.lists import NUMBERS, SORTS, TEXTS

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


@pytest.fixture
def several(app: Flask, create: Create, train: Train) -> list[str]:
    """Runs with everything equal, known and unknown, oldest first."""
    made = [
        train(2, "finished", name="beta").run_id,
        create(name="Alpha"),
        train(1, "stopped", name="Gamma").run_id,
        train(1, name="alpha").run_id,
        train(2, "failed", name="Ärger", fit={"epochs": 5}).run_id,
    ]
    with app.app_context():
        lifecycle.rename(made[0], "Beta")
    return made


def value_of(run: dict[str, Any], field: str) -> Any:
    """What a run is sorted by, as its JSON says it."""
    if field == "val_accuracy":
        return (run["best"] or {}).get("val_accuracy")
    if field == "test_accuracy":
        return (run["test"] or {}).get("accuracy")
    if field == "seconds":
        return run["ended_at"] and run["started_at"] and _seconds(run)
    return run[field].lower() if field == "name" else run[field]


def _seconds(run: dict[str, Any]) -> float:
    from datetime import datetime

    ended, started = (datetime.fromisoformat(run[name]) for name in ("ended_at", "started_at"))
    return (ended - started).total_seconds()


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_has_everything_once_and_the_unknown_last(
    client: FlaskClient, several: list[str], sort: str
) -> None:
    runs = [run for page in pages(client, f"limit=1&sort={sort}") for run in page]
    assert sorted(run["id"] for run in runs) == sorted(several)
    values = [value_of(run, sort.removeprefix("-")) for run in runs]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=sort.startswith("-"))
    if sort == "name":
        assert [run["id"] for run in runs[:2]] == [several[3], several[1]], "the newest of equals"


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


def test_a_cursor_brings_its_question_along(client: FlaskClient, several: list[str]) -> None:
    query = "sort=-name&q=alpha&status=queued,running"
    following = client.get(f"/api/runs?{query}&limit=1").get_json()["next"]
    alone = client.get(f"/api/runs?cursor={following}").get_json()
    assert [run["id"] for run in alone["runs"]] == [several[1]]
    assert alone == client.get(f"/api/runs?{query}&cursor={following}").get_json()
    for other in ("sort=name", "q=x", "status=failed", "mine=1"):
        answer = client.get(f"/api/runs?cursor={following}&{other}")
        assert problem(answer) == (422, "invalid_query", ["cursor"])


def sealed(**changes: Any) -> str:
    """A cursor as somebody might make one up."""
    good = {"sort": "name", "q": "", "status": [], "mine": False, "value": "a", "number": 1}
    text = json.dumps({**good, **changes})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_what_a_good_cursor_is(client: FlaskClient) -> None:
    assert client.get(f"/api/runs?cursor={sealed()}").status_code == 200


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "%00",
        "AAAA",
        sealed(value=1),
        sealed(value="a\0"),
        sealed(value="\ud800"),
        sealed(value=float("nan"), sort="params"),
        sealed(value="1", sort="params"),
        sealed(value=True),
        sealed(number=0),
        sealed(number=10**30),
        sealed(sort="config"),
        sealed(status=["gone"]),
        sealed(more=1),
    ],
)
def test_a_broken_cursor_is_reported(client: FlaskClient, cursor: str) -> None:
    answer = client.get(f"/api/runs?cursor={cursor}")
    assert problem(answer) == (422, "invalid_query", ["cursor"])


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("limit=0", ["limit"]),
        ("limit=501", ["limit"]),
        ("limit=1e2", ["limit"]),
        ("limit=%D9%A1", ["limit"]),
        ("before=nobody", ["before"]),
        ("befor=x", ["befor"]),
        ("mine=yes", ["mine"]),
        ("q=" + "x" * 201, ["q"]),
        ("q=" + "+".join("abcdefghijk"), ["q"]),
        ("&".join(f"x{number}" for number in range(300)), [f"x{number}" for number in range(100)]),
        ("sort=colour&status=gone&mine=2", ["mine", "sort", "status"]),
    ],
)
def test_bad_parameters_are_reported(client: FlaskClient, query: str, paths: list[str]) -> None:
    status, code, reported = problem(client.get(f"/api/runs?{query}"))
    assert (status, code, sorted(reported)) == (422, "invalid_query", sorted(paths))


def test_the_document_names_every_order(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    parameters = document["paths"]["/api/runs"]["get"]["parameters"]
    [sort] = [one for one in parameters if one["name"] == "sort"]
    assert sort["schema"]["enum"] == list(SORTS) and len(SORTS) == 2 * len(TEXTS + NUMBERS)
