"""The OpenAPI document describes every answer by a model with an example, and so do sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from tests import described
from webapp.web.api import components
from webapp.web.sockets import handlers

SCHEMAS: dict[str, Any] = components.schemas()


def referred(content: dict[str, Any]) -> str:
    """The name of the model that describes a JSON content."""
    return str(content["application/json"]["schema"]["$ref"]).removeprefix(components.REF)


def test_each_json_is_a_model_with_an_example() -> None:
    for path, operations in described.document()["paths"].items():
        for method, operation in operations.items():
            told = operation.get("requestBody", {}).get("content", {})
            contents = [told, *(one.get("content", {}) for one in operation["responses"].values())]
            for content in contents:
                if "application/json" in content:
                    assert SCHEMAS[referred(content)]["examples"], f"{method} {path}"


def test_each_call_of_a_socket_is_described() -> None:
    calls = described.document()["x-sockets"]["calls"]
    assert set(calls) == set(handlers.EVENTS)


@pytest.mark.parametrize("name", [name for name, one in SCHEMAS.items() if "examples" in one])
def test_examples_are_as_their_schema_says(name: str) -> None:
    for example in SCHEMAS[name]["examples"]:
        described.check(components.REF + name, example, name)


@pytest.mark.parametrize("model", components.bodies())
def test_examples_of_bodies_can_be_sent(model: type[BaseModel]) -> None:
    name = components.ref(model, body=True)["$ref"].removeprefix(components.REF)
    for example in SCHEMAS[name]["examples"]:
        model.model_validate_json(json.dumps(example))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"status": "ok", "more": 1}, "more"),
        ({}, "status"),
        ({"status": "bad"}, "ok"),
    ],
)
def test_an_answer_that_differs_is_found(answer: dict[str, Any], problem: str) -> None:
    body = json.dumps(answer).encode()
    with pytest.raises(AssertionError, match=problem):
        described.check_answer("GET", "/healthz", 200, "application/json", body)


def test_a_status_or_a_type_that_is_not_described_is_found() -> None:
    with pytest.raises(AssertionError, match="201"):
        described.check_answer("GET", "/healthz", 201, "application/json", b"{}")
    with pytest.raises(AssertionError, match="text/html"):
        described.check_answer("GET", "/healthz", 200, "text/html", b"")


def test_payloads_of_sockets_are_checked() -> None:
    with pytest.raises(AssertionError, match="run_id"):
        described.check_push("run_deleted", {})
    with pytest.raises(AssertionError, match="nothing"):
        described.check_push("nothing", {})
    with pytest.raises(AssertionError, match="more"):
        described.check_acknowledgement("unwatch", {"run_id": "a"}, {"more": 1})
