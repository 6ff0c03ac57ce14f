"""Converts a model's fields to ``Argument`` objects, from which a page makes its form.

``{"name", "title", "help", "type", "min", "max", "default", "required", "nullable", "choices",
"advanced", "suggested"}``, with ``exclusive_min`` or ``exclusive_max`` where a bound is itself
refused, ``choice_help`` beside ``choices``, and ``arguments`` for a ``type`` of ``object``. Texts
are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from flask_babel import gettext
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from webapp.schemas.base import Between, OneOf, Pair, Schema, Tagged, Text, tag_of
from webapp.schemas.parts import is_advanced
from webapp.schemas.regularizers import REGULARIZERS

NOT_IN_FORMS = frozenset({"metrics"})


def arguments(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return every field of ``model`` except its name, the most important first."""
    listed = [
        argument(name, field)
        for name, field in model.model_fields.items()
        if name not in NOT_IN_FORMS and get_origin(field.annotation) is not Literal
    ]
    return sorted(listed, key=lambda item: (item["advanced"], not item["required"]))


def fields(model: type[BaseModel], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return some fields of ``model`` by name."""
    return {name: argument(name, model.model_fields[name]) for name in names}


def argument(name: str, field: FieldInfo) -> dict[str, Any]:
    """Return one field; raises TypeError for an annotation that no form can show."""
    kind, marks, nullable = _unwrap(field)
    extra = field.json_schema_extra
    if not (isinstance(extra, dict) and field.title and field.description):
        raise TypeError(f"{name} has no help: use about()")
    required = field.is_required()
    default = None if required else _plain(field.default)
    suggested = default if extra["suggested"] is None else extra["suggested"]
    shown = {"min": None, "max": None, "choices": None, **_form(kind, marks)}
    if shown["type"] == "object":
        suggested = {item["name"]: item["default"] for item in shown["arguments"]}
    return {
        "name": name,
        "title": gettext(field.title),
        "help": gettext(field.description),
        "default": default,
        "suggested": suggested,
        "required": required,
        "nullable": nullable,
        "advanced": is_advanced(field),
        **shown,
    }


def _unwrap(field: FieldInfo) -> tuple[Any, list[Any], bool]:
    """Return the field's type without ``| None`` and ``Annotated``, its marks, whether None is
    valid.
    """
    kind, marks = field.annotation, list(field.metadata)
    sides = [side for side in get_args(kind) if side is not NoneType]
    nullable = NoneType in get_args(kind)
    if nullable and len(sides) == 1:
        kind = sides[0]
    if get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        marks += more
    return kind, marks, nullable


def _form(kind: Any, marks: list[Any]) -> dict[str, Any]:
    """Return the type of an argument and its properties."""
    for mark in marks:
        match mark:
            case Between():
                return _range("integer" if kind is int else "number", mark)
            case Pair():
                return {"type": "pair", "min": mark.min, "max": mark.max}
            case Text():
                return {"type": "text", "min": 1, "max": mark.max}
            case OneOf():
                helps = {name: gettext(text) for name, text in mark.names.items()}
                return {"type": "choice", "choices": list(mark.names), "choice_help": helps}
            case Tagged():
                return _tagged(get_args(kind), mark)
    if kind is bool:
        return {"type": "boolean"}
    if isinstance(kind, type) and issubclass(kind, Schema):
        return {"type": "object", "arguments": arguments(kind)}
    raise TypeError(f"No form shows {kind!r} with {marks!r}")


def _range(kind: str, mark: Between) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": kind, "min": mark.min, "max": mark.max}
    if mark.above:
        shown["exclusive_min"] = True
    if mark.below:
        shown["exclusive_max"] = True
    return shown


def _tagged(models: tuple[Any, ...], mark: Tagged) -> dict[str, Any]:
    kind = "regularizer" if models[0] in REGULARIZERS else "choice"
    return {"type": kind, "choices": [tag_of(model, mark.key) for model in models]}


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
