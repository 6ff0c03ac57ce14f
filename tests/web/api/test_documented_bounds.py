"""The bounds that the OpenAPI document states are those that the routes keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask.testing import FlaskClient

from tests.fakes.doubles import Worker


def whole_numbers(document: dict[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    """Address, parameter, minimum and maximum of each whole number in a query."""
    for path, methods in document["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            schema = parameter["schema"]
            if parameter["in"] == "query" and "maximum" in schema and "minimum" in schema:
                yield path, parameter["name"], schema["minimum"], schema["maximum"]


def test_whole_numbers(client: FlaskClient, train: Callable[..., Worker]) -> None:
    run_id = train(1, "finished").run_id
    document = client.get("/api/openapi.json").get_json()
    looked = set()
    for path, name, least, most in whole_numbers(document):
        if "{view}" in path:
            continue  # from the models that read them
        address = path.format(run_id=run_id, name="mnist-5k")
        wrong = [client.get(f"{address}?{name}={value}") for value in (least - 1, most + 1)]
        assert [answer.status_code for answer in wrong] == [422, 422], (path, name)
        assert {answer.get_json()["error"]["fields"][0]["path"] for answer in wrong} == {name}
        allowed = client.get(f"{address}?{name}={most}")
        assert allowed.status_code != 422, (path, name)
        looked.add(name)
    assert looked == {"after", "label", "limit", "most", "offset"}


def test_lists_of_indices(client: FlaskClient, train: Callable[..., Worker]) -> None:
    run_id = train(1, "finished").run_id
    operation = client.get("/api/openapi.json").get_json()["paths"]
    (indices,) = [
        parameter["schema"]
        for parameter in operation["/api/runs/{run_id}/test-digits"]["get"]["parameters"]
        if parameter["name"] == "indices"
    ]
    address = f"/api/runs/{run_id}/test-digits?indices="
    highest = client.get(f"{address}{indices['items']['maximum']}").get_json()["error"]
    assert highest["fields"][0]["message"] == "is after the last image"
    for refused in (indices["items"]["maximum"] + 1, ",".join("0" * (indices["maxItems"] + 1))):
        error = client.get(f"{address}{refused}").get_json()["error"]
        assert "whole numbers" in error["fields"][0]["message"]
