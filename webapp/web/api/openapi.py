"""This API as an OpenAPI 3.1 document, made from the routes and from the models they speak.

Every route of the application is in it by itself; ``ROUTES`` adds what each takes and answers.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, request
from werkzeug.routing import Rule

from webapp.schemas.answers.errors import Error
from webapp.schemas.answers.sockets import CALLS, PUSHES
from webapp.security import owners
from webapp.web.api import components
from webapp.web.api.components import ref
from webapp.web.api.routes import ROUTES, TEXT, Content, File, Route, Schema

WHOLE: Schema = {"type": "integer", "minimum": 0}


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of ``app``, workers' routes included, pages not."""
    paths: dict[str, dict[str, Any]] = {}
    for rule, method in _routes(app):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(app, rule)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Inkling", "version": "1"},
        "servers": [{"url": request.script_root or "/"}],
        "paths": paths,
        "x-sockets": _sockets(),
        "components": {
            "schemas": components.schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "owner": {"type": "apiKey", "in": "header", "name": owners.HEADER},
            },
        },
    }


def _routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule.startswith("/api/") or rule.rule == "/healthz":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def _operation(app: Flask, rule: Rule) -> dict[str, Any]:
    route = ROUTES.get(rule.endpoint, Route({200: None}))
    summary = (inspect.getdoc(app.view_functions[rule.endpoint]) or "").partition("\n")[0]
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": summary,
        "parameters": list(_parameters(rule, route)),
        "responses": _responses(route),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(route.body, body=True)}
    if rule.endpoint.startswith("workers."):
        operation["security"] = [{"bearer": []}]
    return operation


def _parameters(rule: Rule, route: Route) -> Iterator[dict[str, Any]]:
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule):
        schema = WHOLE if kind == "int" else TEXT
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, schema in route.query.items():
        yield {"name": name, "in": "query", "schema": schema, "explode": False}


def _responses(route: Route) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, content in route.answers.items():
        responses[str(status)] = {"description": "Done"}
        if content is not None:
            responses[str(status)]["content"] = _content(content)
    refused = {"description": "Refused", "content": _content(Error)}
    return {**responses, "4XX": refused, "5XX": refused}


def _content(content: Content, *, body: bool = False) -> dict[str, Any]:
    if isinstance(content, File):
        return {media: {"schema": content.schema} for media in content.types}
    return {"application/json": {"schema": ref(content, body=body)}}


def _sockets() -> dict[str, Any]:
    """The events of Socket.IO: what a client sends, with its acknowledgement, and what is pushed.
    Instead of an acknowledgement there may be an ``Error``."""
    calls = {
        name: {"payload": ref(payload, body=True), "acknowledgement": ref(answer)}
        for name, (payload, answer) in CALLS.items()
    }
    pushes = {name: {"payload": ref(payload)} for name, payload in PUSHES.items()}
    return {"calls": calls, "pushes": pushes}
