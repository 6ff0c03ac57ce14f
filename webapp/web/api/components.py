"""The schemas of every model that the HTTP interface and sockets speak, each with an example."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from webapp.configuration.presets import preset_configs
from webapp.schemas.answers.errors import Error
from webapp.schemas.answers.sockets import CALLS, PUSHES
from webapp.web.api.routes import ROUTES, Content

Schema = dict[str, Any]
Models = dict[str, Any]
Mode = tuple[type[BaseModel], JsonSchemaMode]

REF = "#/components/schemas/"
CONFIG = "softmax"
"""The preset that is the example of a configuration."""


def answers() -> list[type[BaseModel]]:
    """The models of answers and of pushed payloads."""
    routes = (content for route in ROUTES.values() for content in route.answers.values())
    sockets = [*(answer for _payload, answer in CALLS.values()), *PUSHES.values()]
    return [*_models(routes), *sockets, Error]


def bodies() -> list[type[BaseModel]]:
    """The models of request bodies and of socket calls."""
    routes = _models(route.body for route in ROUTES.values())
    return [*routes, *(payload for payload, _answer in CALLS.values())]


def _models(contents: Iterable[Content | None]) -> Iterator[type[BaseModel]]:
    return (content for content in contents if isinstance(content, type))


@cache
def schemas() -> Models:
    """Every schema by its name.

    Where a model is both a body and an answer, and the two differ (what may be left out is always
    answered), the body's is called ``…Input``.
    """
    outputs: list[Mode] = [(model, "serialization") for model in dict.fromkeys(answers())]
    inputs: list[Mode] = [(model, "validation") for model in dict.fromkeys(bodies())]
    refs, found = models_json_schema([*outputs, *inputs], ref_template=f"{REF}{{model}}")
    models: Models = _renamed(found["$defs"])
    for name in ("RunConfig", "RunConfigInput"):
        models[name]["examples"] = [preset_configs()[CONFIG]]
    names = {_name(ref["$ref"].removeprefix(REF)) for ref in refs.values()}
    for name in sorted(names):
        models[name]["examples"] = [example(models[name], models)]
    return models


def ref(model: type[BaseModel], *, body: bool = False) -> Schema:
    """The reference to a model's schema."""
    name = f"{model.__name__}Input"
    return {"$ref": REF + (name if body and name in schemas() else model.__name__)}


def _renamed(models: Models) -> Models:
    """The schemas with pydantic's ``-Input`` and ``-Output`` named as ``schemas`` says."""
    text = json.dumps(models)
    for name in models:
        text = text.replace(f'"{name}"', f'"{_name(name)}"')
        text = text.replace(f'"{REF}{name}"', f'"{REF}{_name(name)}"')
    renamed: Models = json.loads(text)
    return renamed


def _name(name: str) -> str:
    return name.removesuffix("-Output").replace("-Input", "Input")


def example(schema: Schema, models: Models) -> Any:
    """A value that fits the schema, made of the examples and defaults that it names."""
    if "$ref" in schema:
        return example(models[schema["$ref"].removeprefix(REF)], models)
    if "examples" in schema:
        return schema["examples"][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return example(schema[key][0], models)
    return _of_type(schema, models)


def _of_type(schema: Schema, models: Models) -> Any:
    match schema.get("type"):
        case "object":
            return {
                key: example(value, models)
                for key, value in schema.get("properties", {}).items()
                if key in schema.get("required", ()) or "default" in value
            }
        case "array":
            return [example(schema["items"], models)] * schema.get("minItems", 1)
        case "integer":
            return schema.get("minimum", 1)
        case "number":
            return float(schema.get("minimum", 0.5))
        case "boolean":
            return True
        case "string":
            return "text"
    return None
