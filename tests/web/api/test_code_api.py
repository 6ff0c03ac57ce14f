"""``GET /api/runs/<id>/code`` and ``POST /api/code``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker


@pytest.fixture
def run_id(create: Callable[..., str]) -> str:
    return create(name="Größe / 1")


def test_a_run_as_a_script(client: FlaskClient, run_id: str) -> None:
    answer = client.get(f"/api/runs/{run_id}/code")
    assert answer.status_code == 200
    assert answer.content_type == "text/x-python; charset=utf-8"
    disposition = "attachment; filename=\"Gre-1.py\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe-1.py"
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.text.startswith("# -*- coding: utf-8 -*-\n# Inkling: Größe / 1\n")
    assert "Dense(16" in answer.text and "set_random_seed(1)" in answer.text
    ast.parse(answer.text)
    assert client.get(f"/api/runs/{run_id}/code?format=py").text == answer.text


def test_a_run_as_a_notebook(client: FlaskClient, run_id: str) -> None:
    answer = client.get(f"/api/runs/{run_id}/code?format=ipynb&lang=zh")
    assert answer.content_type == "application/x-ipynb+json"
    book = answer.get_json(force=True)
    assert book["nbformat"] == 4
    assert "搭建" in book["cells"][4]["source"][0]


def test_a_run_says_what_it_became(
    client: FlaskClient, train: Callable[..., Worker], config: dict[str, Any]
) -> None:
    worker = train(2, "finished", seed=None)
    client.patch(f"/api/runs/{worker.run_id}", json={"name": "Renamed"})
    client.post(f"/api/runs/{worker.run_id}/extend", json={"epochs": 5})
    text = client.get(f"/api/runs/{worker.run_id}/code").text
    assert "\n# Inkling: Renamed\n" in text
    assert "epochs=7" in text
    assert "set_random_seed(" in text


def test_a_configuration_before_it_is_a_run(client: FlaskClient, config: dict[str, Any]) -> None:
    answer = client.post("/api/code", json=config)
    assert answer.status_code == 200 and "Dense(16" in answer.text
    config["layers"][1]["units"] = 0
    answer = client.post("/api/code", json=config)
    assert answer.status_code == 422
    assert [one["path"] for one in answer.get_json()["error"]["fields"]] == ["layers[1].units"]


@pytest.mark.parametrize("query", ["format=exe", "format=", "format=py,ipynb", "kind=py"])
def test_a_wrong_address_is_refused(client: FlaskClient, run_id: str, query: str) -> None:
    for answer in (
        client.get(f"/api/runs/{run_id}/code?{query}"),
        client.post(f"/api/code?{query}", json={}),
    ):
        error = answer.get_json()["error"]
        assert (answer.status_code, error["code"]) == (422, "invalid_query")
        assert [one["path"] for one in error["fields"]] == [query.partition("=")[0]]


def test_no_such_run(client: FlaskClient) -> None:
    answer = client.get("/api/runs/nowhere/code")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "run_not_found")
