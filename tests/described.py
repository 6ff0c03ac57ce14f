"""Every answer that a test gets must be as the OpenAPI document says, and so must each payload of a
socket: no unknown key, none missing.

``tests/conftest.py`` installs this for the test clients of Flask and of Socket.IO and for
``requests``, so a test need not ask for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
import requests
from flask.testing import FlaskClient
from flask_socketio.test_client import SocketIOTestClient

from webapp.app import create_app
from webapp.database import db
from webapp.settings import Settings
from webapp.web.api.openapi import document as document_of

JSON = "application/json"
ERROR = "#/components/schemas/Error"
UNREAD = frozenset({"HEAD", "OPTIONS"})


@cache
def document() -> dict[str, Any]:
    """The document of an application with every default."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings.from_environ({"INKLING_DATA_DIR": folder}))
        with app.test_request_context():
            made = document_of(app)
            for engine in db.engines.values():
                engine.dispose()
    return made


def check_answer(method: str, path: str, status: int, kind: str, body: bytes) -> None:
    """Raise AssertionError for an answer of the HTTP interface that is not described; other
    addresses may answer what they like."""
    known = operation(method, path)
    if status >= 400 or known is None:
        if kind == JSON and path.startswith("/api/"):
            check(ERROR, json.loads(body), f"{method} {path} {status}")
        return
    described = known["responses"].get(str(status))
    assert described is not None, f"{method} {path} must not answer {status}"
    content = described.get("content", {})
    assert kind in content or not content, f"{method} {path} must not answer {kind}"
    assert content or not body, f"{method} {path} must answer nothing"
    if kind == JSON and content:
        check(content[JSON]["schema"]["$ref"], json.loads(body), f"{method} {path} {status}")


def check_acknowledgement(event: str, payload: Any, answer: Any) -> None:
    """Raise AssertionError for a call, or its acknowledgement, that is not described. What is
    refused may be anything."""
    call = document()["x-sockets"]["calls"].get(event)
    if call is None:
        return
    if isinstance(answer, dict) and "error" in answer and "run" not in answer:
        check(ERROR, answer, f"acknowledgement of {event}")
        return
    check(call["payload"]["$ref"], payload, f"call {event}")
    check(call["acknowledgement"]["$ref"], answer, f"acknowledgement of {event}")


def check_push(event: str, payload: Any) -> None:
    """Raise AssertionError for a push that is not described."""
    push = document()["x-sockets"]["pushes"].get(event)
    assert push is not None, f"{event} must not be pushed"
    check(push["payload"]["$ref"], payload, f"push {event}")


def operation(method: str, path: str) -> Mapping[str, Any] | None:
    """What the document says of a route; None where there is none."""
    if method in UNREAD:
        return None
    for pattern, operations in _patterns():
        if pattern.fullmatch(path) and method.lower() in operations:
            found: Mapping[str, Any] = operations[method.lower()]
            return found
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The addresses as expressions; those without a parameter in a place come first."""
    paths = sorted(document()["paths"].items(), key=lambda item: item[0].replace("{", "~"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), found) for path, found in paths]


def check(ref: str, value: Any, what: str) -> None:
    """Raise AssertionError, with every place, where the value is not as the schema says."""
    problems = [
        f"{'.'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in _validator(ref).iter_errors(value)
    ]
    assert not problems, f"{what} is not as {ref} says:\n" + "\n".join(problems[:10])


@cache
def _validator(ref: str) -> Any:
    schemas = {"schemas": document()["components"]["schemas"]}
    return jsonschema_rs.Draft202012Validator({"$ref": ref, "components": schemas})


def install(patch: pytest.MonkeyPatch) -> None:
    """Check whatever comes to the clients that tests use, until ``patch`` is undone."""
    _validator(ERROR)  # now: it takes a second, and some tests count what happens in one
    patch.setattr(FlaskClient, "open", _opening(FlaskClient.open))
    patch.setattr(requests.Session, "send", _sending(requests.Session.send))
    patch.setattr(SocketIOTestClient, "emit", _emitting(SocketIOTestClient.emit))
    patch.setattr(SocketIOTestClient, "get_received", _receiving(SocketIOTestClient.get_received))


def _opening(real: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(real)
    def open(client: FlaskClient, *arguments: Any, **options: Any) -> Any:
        answer = real(client, *arguments, **options)
        if "catalog.get_openapi" in client.application.view_functions:
            read = answer.mimetype == JSON or answer.status_code == 204
            body = answer.get_data() if read else b""
            request = answer.request
            if not answer.content_encoding:  # what is compressed is read without that, too
                check_answer(
                    request.method, request.path, answer.status_code, answer.mimetype, body
                )
        return answer

    return open


def _sending(real: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(real)
    def send(session: requests.Session, request: Any, **options: Any) -> Any:
        answer = real(session, request, **options)
        if not options.get("stream"):
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            path = urlsplit(answer.url).path
            check_answer(answer.request.method, path, answer.status_code, kind, answer.content)
        return answer

    return send


def _emitting(real: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(real)
    def emit(client: Any, event: str, *payload: Any, **options: Any) -> Any:
        answer = real(client, event, *payload, **options)
        if options.get("callback"):
            check_acknowledgement(event, payload[0] if payload else None, answer)
        return answer

    return emit


def _receiving(real: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(real)
    def get_received(client: Any, *arguments: Any) -> Any:
        received = real(client, *arguments)
        for packet in received:
            check_push(packet["name"], *packet["args"])
        return received

    return get_received
