"""Calls as text: ``layers.Dense(500, activation="relu")``, without what Keras assumes anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.schemas.parts import KerasPart

WIDTH = 88
"""Columns; what Python's formatters keep to."""

BY_PLACE: dict[str, tuple[str, ...]] = {
    "Activation": ("activation",),
    "Conv2D": ("filters", "kernel_size"),
    "Dense": ("units",),
    "Dropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "RandomRotation": ("factor",),
}
"""Arguments that everybody writes without their names; they come first in Keras, too."""

NO_DEFAULT = {("AveragePooling2D", "pool_size")}
"""What has a default here, but none in Keras."""


class Code(str):
    """A value that is written as it stands: a name, a list."""


@dataclass(frozen=True)
class Call:
    """A call; each argument is its name, or "" for one by place, and a value or another call."""

    name: str
    arguments: list[tuple[str, Any]]

    def __str__(self) -> str:
        return self.text()

    def text(self, lead: str = "", indent: int = 0, tail: str = "") -> str:
        """The call between ``lead`` and ``tail``, in lines that keep to ``WIDTH``."""
        inner = ", ".join(f"{_equals(key)}{_literal(value)}" for key, value in self.arguments)
        line = f"{' ' * indent}{lead}{self.name}({inner}){tail}"
        if len(line) <= WIDTH or not self.arguments:
            return line
        inner = "".join(_line(key, value, indent + 4) + "\n" for key, value in self.arguments)
        return f"{' ' * indent}{lead}{self.name}(\n{inner}{' ' * indent}){tail}"


def part_call(module: str, part: KerasPart, kind: str) -> Call:
    """The call that makes a Keras object of class ``kind`` from a part of a configuration."""
    values = told(part, kind)
    by_place = [("", values.pop(key)) for key in BY_PLACE.get(kind, ()) if key in values]
    return Call(f"{module}.{kind}", [*by_place, *values.items()])


def told(part: KerasPart, kind: str) -> dict[str, Any]:
    """The arguments of a part that Keras does not assume by itself."""
    fields = type(part).model_fields
    return {
        key: _regularizer(getattr(part, key)) or value
        for key, value in part.keras_arguments().items()
        if getattr(part, key) != fields[key].default or (kind, key) in NO_DEFAULT
    }


def differing(name: str, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> Call:
    """A call with those of ``values`` that are not Keras' ``defaults``."""
    return Call(name, [(key, value) for key, value in values.items() if value != defaults[key]])


def _regularizer(value: object) -> Call | None:
    if not isinstance(value, KerasPart):
        return None
    return part_call("keras.regularizers", value, type(value).__name__)


def _line(key: str, value: Any, indent: int) -> str:
    if isinstance(value, Call):
        return value.text(_equals(key), indent, ",")
    return f"{' ' * indent}{_equals(key)}{_literal(value)},"


def _equals(key: str) -> str:
    return f"{key}=" if key else ""


def _literal(value: Any) -> str:
    """A value as Python writes it."""
    quoted = isinstance(value, str) and not isinstance(value, Code)
    return f'"{value}"' if quoted else str(value)
