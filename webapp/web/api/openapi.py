"""This API as an OpenAPI 3.1 document, made from the routes and from the models they speak.

Every route of the application is in it by itself; ``ROUTES`` adds what each takes and answers.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from webapp import keras_code
from webapp.configuration.catalog import FORMATS
from webapp.lessons.experiments import SIZES
from webapp.runs.curves import COLUMNS
from webapp.runs.weights import NAMED
from webapp.schemas import lists
from webapp.schemas.augment import AugmentQuestion
from webapp.schemas.config import MAX_EPOCHS, MoreEpochs, RunChanges, RunConfig
from webapp.schemas.datasets import CLASSES, PARTS
from webapp.schemas.events import EVENT_TYPES, MAX_SEQ
from webapp.schemas.insights import VIEWS
from webapp.schemas.run import Run
from webapp.schemas.worker import Job, Receipt, Report
from webapp.security import owners
from webapp.web.api import bounds, query

Schema = dict[str, Any]

REF = "#/components/schemas/{model}"
MEASURED: Schema = {"type": "array", "items": {"type": ["number", "null"]}}
NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
MODELS = (RunConfig, AugmentQuestion, RunChanges, MoreEpochs, Run, Report, Receipt, Job)


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> Schema:
    return {"$ref": REF.format(model=name)}


def _whole(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _view_arguments() -> dict[str, Schema]:
    """What views take, all of them together: each refuses what is not its own."""
    return {
        name: schema
        for arguments in VIEWS.values()
        for name, schema in arguments.model_json_schema().get("properties", {}).items()
    }


TEXT: Schema = {"type": "string"}
TYPES: Schema = {
    "type": "array",
    "items": {"enum": list(EVENT_TYPES)},
    "minItems": 1,
}
INDICES: Schema = {
    "type": "array",
    "items": _whole(0, bounds.MAX_INDEX),
    "minItems": 1,
    "maxItems": bounds.MAX_DIGITS,
}
EPOCH: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"enum": list(NAMED)}]}
DIGIT = _whole(0, CLASSES - 1)
PART: Schema = {"enum": list(PARTS)}
BYTES: Schema = {"type": "string", "contentEncoding": "base64"}
PACKED: Schema = _object(scale={"type": "number"}, values=BYTES)
CODE: Schema = {"enum": list(keras_code.FORMATS)}
LIST: Schema = {"type": "array", "items": {"type": "object"}}
DRAWING: Schema = {
    "type": "object",
    "properties": {
        "strokes": {"type": "array", "items": {"type": "array", "items": NUMBERS}},
        "image": TEXT,
        "pixels": {"type": "array", "items": NUMBERS},
    },
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}

FINDING: Schema = _object(
    id=TEXT, sentence=TEXT, why=TEXT, advice=TEXT, numbers={"type": "object"},
    change={
        "anyOf": [
            _object(label=TEXT, patch={"type": "object"}, config=_ref("RunConfig")),
            {"type": "null"},
        ]
    },
)  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """What a route takes and answers; ``query`` maps parameters to their schemas."""

    answer: Schema | None = None
    status: int = 200
    body: Schema | None = None
    body_type: str = "application/json"
    answer_type: str = "application/json"
    query: dict[str, Schema] = field(default_factory=dict)


ROUTES: dict[str, Spoken] = {
    "catalog.get_health": Spoken(_object(status={"const": "ok"})),
    "catalog.get_catalog": Spoken(
        _object(datasets=LIST, layers=LIST, losses=LIST, optimizers=LIST, presets=LIST)
    ),
    "catalog.check_config": Spoken(
        _object(layers=LIST, params={"type": "integer"}, warnings=LIST), body=_ref("RunConfig")
    ),
    "catalog.get_openapi": Spoken({"type": "object"}),
    "runs.create_run": Spoken(_ref("Run"), 201, _ref("RunConfig")),
    "runs.list_runs": Spoken(
        _object(runs={"type": "array", "items": _ref("Run")}, next={"type": ["string", "null"]}),
        query={
            "limit": _whole(1, bounds.MAX_PAGE), "cursor": TEXT, "before": TEXT,
            "q": TEXT | {"maxLength": lists.MOST_SEARCHED}, "sort": {"enum": list(lists.SORTS)},
            "status": {"type": "array", "items": {"enum": list(lists.KINDS)}, "minItems": 1},
            "mine": {"enum": list(query.FLAGS)},
        },
    ),
    "runs.get_run": Spoken(_ref("Run")),
    "runs.change_run": Spoken(_ref("Run"), body=_ref("RunChanges")),
    "runs.delete_run": Spoken(status=204),
    "runs.stop_run": Spoken(_ref("Run"), 202),
    "runs.pause_run": Spoken(_ref("Run"), 202),
    "runs.resume_run": Spoken(_ref("Run"), 202),
    "runs.step_run": Spoken(_ref("Run"), 202),
    "runs.extend_run": Spoken(_ref("Run"), 202, _ref("MoreEpochs")),
    "runs.list_events": Spoken(
        _object(events=LIST, last_seq={"type": "integer"}),
        query={"after": _whole(0, MAX_SEQ), "limit": _whole(1, bounds.MAX_EVENTS), "type": TYPES},
    ),
    "runs.list_checkpoints": Spoken(_object(checkpoints=LIST)),
    "runs.get_curve": Spoken(
        _object(
            run=_ref("Run"),
            epochs=_object(**{name: MEASURED for name in COLUMNS}),
            diverged={"type": "array", "items": {"type": "integer"}},
            batches=_object(x=NUMBERS, loss=MEASURED, accuracy=MEASURED),
            batch_stride={"type": "integer", "minimum": 1},
            restarts={
                "type": "array",
                "items": _object(seq={"type": "integer"}, epoch={"type": "integer"}),
            },
            learning_rate={"type": ["number", "null"]},
        ),
        query={"most": _whole(bounds.MIN_POINTS, MAX_EPOCHS)},
    ),
    "predictions.predict": Spoken(
        _object(
            digit=DIGIT, probabilities=NUMBERS, input=LIST | {"items": NUMBERS},
            epoch={"type": "integer"}, ms={"type": "number"},
        ),
        body=DRAWING,
        query={"epoch": EPOCH},
    ),
    "predictions.look": Spoken(
        _object(
            digit=DIGIT, probabilities=NUMBERS, layers=LIST,
            saliency=_object(spoke=PACKED, gradient=PACKED), input=LIST | {"items": NUMBERS},
            epoch={"type": "integer"}, ms={"type": "number"},
        ),
        body=DRAWING,
        query={"epoch": EPOCH},
    ),
    "predictions.get_evaluation": Spoken(
        _object(
            epoch={"type": "integer"}, loss={"type": "number"},
            accuracy={"type": "number"}, samples={"type": "integer"},
            confusion={"type": "array", "items": NUMBERS}, per_class=LIST,
        ),
        query={"epoch": EPOCH},
    ),
    "predictions.list_test_digits": Spoken(
        _object(indices=NUMBERS, labels=NUMBERS, pixels=BYTES), query={"indices": INDICES}
    ),
    "insights.get_view": Spoken({"type": "object"}, query={"epoch": EPOCH, **_view_arguments()}),
    "coach.get_coach": Spoken(
        _object(findings={"type": "array", "items": FINDING}, complete={"type": "boolean"})
    ),
    "code.get_code": Spoken(TEXT, answer_type="text/x-python", query={"format": CODE}),
    "code.write_code": Spoken(
        TEXT, body=_ref("RunConfig"), answer_type="text/x-python", query={"format": CODE}
    ),
    "models.get_model": Spoken(
        {"type": "string", "format": "binary"},
        answer_type="application/octet-stream",
        query={"format": {"enum": list(FORMATS)}, "epoch": EPOCH},
    ),
    "models.import_model": Spoken(
        _ref("Run"),
        201,
        _object(file={"type": "string", "format": "binary"}),
        "multipart/form-data",
    ),
    "owners.create_owner": Spoken(_object(owner=TEXT), 201),
    "owners.forget_owner": Spoken(status=204),
    "workers.get_job": Spoken(_ref("Job")),
    "workers.post_report": Spoken(_ref("Receipt"), body=_ref("Report")),
    "workers.get_checkpoint": Spoken(
        {"type": "string", "format": "binary"}, answer_type="application/octet-stream"
    ),
    "workers.put_checkpoint": Spoken(
        status=204,
        body={"type": "string", "format": "binary"},
        body_type="application/octet-stream",
    ),
    "datasets.download": Spoken({"type": "object"}, 202),
    "datasets.list_digits": Spoken(
        _object(
            part=PART, label={"type": ["integer", "null"]}, offset={"type": "integer"},
            total={"type": "integer"}, indices=NUMBERS, labels=NUMBERS, pixels=BYTES,
        ),
        query={
            "part": PART, "label": DIGIT, "offset": _whole(0, bounds.MAX_OFFSET),
            "limit": _whole(1, bounds.MAX_DIGITS),
        },
    ),
    "datasets.augment": Spoken(_object(pixels=BYTES), body=_ref("AugmentQuestion")),
    "datasets.get_statistics": Spoken(_object(train={"type": "object"}, test={"type": "object"})),
    "lessons.get_lessons": Spoken(
        _object(sizes=LIST, default_size=TEXT, lessons=LIST, experiments={"type": "object"})
    ),
    "lessons.list_lesson_runs": Spoken(
        _object(
            size=TEXT,
            runs={
                "type": "object",
                "additionalProperties": {"type": "array", "items": _ref("Run")},
            },
        ),
        query={"size": {"enum": list(SIZES)}, "mine": {"enum": list(query.FLAGS)}},
    ),
}  # fmt: skip

ERROR = _object(
    error=_object(
        code=TEXT,
        message=TEXT,
        fields={"type": "array", "items": _object(path=TEXT, message=TEXT)},
    )
)
ERROR["properties"]["error"]["properties"]["retry_after"] = {
    "type": "number",
    "description": "Seconds until the request may be repeated; with 429 and 503.",
}


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
        "components": {
            "schemas": {**_models(), "Error": ERROR},
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
    spoken = ROUTES.get(rule.endpoint, Spoken())
    summary = (inspect.getdoc(app.view_functions[rule.endpoint]) or "").partition("\n")[0]
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": summary,
        "parameters": list(_parameters(rule, spoken)),
        "responses": _responses(spoken),
    }
    if spoken.body is not None:
        content = {spoken.body_type: {"schema": spoken.body}}
        operation["requestBody"] = {"required": True, "content": content}
    if rule.endpoint.startswith("workers."):
        operation["security"] = [{"bearer": []}]
    return operation


def _parameters(rule: Rule, spoken: Spoken) -> Iterator[dict[str, Any]]:
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule):
        schema = {"type": "integer", "minimum": 0} if kind == "int" else TEXT
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, schema in spoken.query.items():
        yield {"name": name, "in": "query", "schema": schema, "explode": False}


def _responses(spoken: Spoken) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if spoken.answer is not None:
        answer["content"] = {spoken.answer_type: {"schema": spoken.answer}}
    error = {"application/json": {"schema": _ref("Error")}}
    return {str(spoken.status): answer, "4XX": {"description": "Refused", "content": error}}


def _models() -> dict[str, Any]:
    _, schemas = models_json_schema([(model, "validation") for model in MODELS], ref_template=REF)
    found: dict[str, Any] = schemas["$defs"]
    return found
