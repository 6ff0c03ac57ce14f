"""``/healthz``, ``/api/check``, ``/api/openapi.json``, and how bodies are read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from webapp.web.api.routes import ROUTES


def post(client: FlaskClient, body: bytes) -> Any:
    return client.post("/api/check", data=body, content_type="application/json")


def test_health(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_check(client: FlaskClient, config: dict[str, Any]) -> None:
    answer = client.post("/api/check", json=config)
    assert answer.status_code == 200
    assert answer.get_json()["params"] == 12_730


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b"1" * 10_000,
        b"undefined",
    ],
)
def test_what_is_not_json(client: FlaskClient, body: bytes) -> None:
    answer = post(client, body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "not_json"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"NaN", b"1e999", b"9" * 400])
def test_json_that_is_no_object(client: FlaskClient, body: bytes) -> None:
    answer = post(client, body)
    assert answer.status_code == 422
    fields = answer.get_json()["error"]["fields"]
    assert [field["path"] for field in fields] == [""]


def test_numbers_that_are_not_finite_have_a_path(client: FlaskClient) -> None:
    layers, fit = b'[{"type": "Dropout", "rate": NaN}]', b'{"epochs": 1e999}'
    body = b'{"layers": %b, "seed": -Infinity, "fit": %b}' % (layers, fit)
    fields = post(client, body).get_json()["error"]["fields"]
    assert [field["path"] for field in fields] == ["layers[0].rate", "fit.epochs", "seed"]


def test_a_chunked_body_has_its_limit_too(client: FlaskClient) -> None:
    environ = EnvironBuilder(path="/api/check", method="POST").get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {
        "CONTENT_TYPE": "application/json",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": _Endless(),
        "wsgi.input_terminated": True,
    }
    _body, status, _headers = run_wsgi_app(client.application, environ)
    assert status.startswith("413 ")


class _Endless:
    """A body that never ends."""

    def read(self, size: int = -1) -> bytes:
        assert size != -1, "read without a limit"
        return b" " * size


def test_openapi_names_every_route(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1.")
    said = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    real = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") or rule.rule == "/healthz"
    }
    assert said == real
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"], operation


def test_openapi_says_what_every_route_speaks(client: FlaskClient) -> None:
    endpoints = {
        rule.endpoint
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.rule == "/healthz"
    }
    assert set(ROUTES) == endpoints


def test_openapi_refers_to_nothing_that_is_not_there(client: FlaskClient) -> None:
    answer = client.get("/api/openapi.json")
    names = set(re.findall(r'"#/components/schemas/(\w+)"', answer.get_data(as_text=True)))
    assert "RunConfig" in names
    assert names <= set(answer.get_json()["components"]["schemas"])
