"""Cursors and parameters of lists: what is read, and what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.api.test_runs_api import problem
from webapp.schemas.lists import NUMBERS, SORTS, TEXTS


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
