"""Python calls as text: ``layers.Dense(500, activation="relu")``, without Keras' defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.schemas.parts import KerasPart

WIDTH = 88
"""The line length, as in Python's formatters."""

BY_PLACE: dict[str, tuple[str, ...]] = {
    "Activation": ("activation",),
    "Conv2D": ("filters", "kernel_size"),
    "Dense": ("units",),
    "Dropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "RandomRotation": ("factor",),
}
"""Arguments usually written without their names; they come first in Keras, too."""

NO_DEFAULT = {("AveragePooling2D", "pool_size")}
"""Arguments that have a default here, but none in Keras."""


class Code(str):
    """A value that is written unchanged: a name, a list."""


@dataclass(frozen=True)
class Call:
    """A call; each argument is its name, "" for a positional one, and a value or another call."""

    name: str
    arguments: list[tuple[str, Any]]

    def __str__(self) -> str:
        return self.text()

    def text(self, lead: str = "", indent: int = 0, tail: str = "") -> str:
        """Return the call between ``lead`` and ``tail``, in lines of at most ``WIDTH``."""
        inner = ", ".join(f"{_equals(key)}{_literal(value)}" for key, value in self.arguments)
        line = f"{' ' * indent}{lead}{self.name}({inner}){tail}"
        if len(line) <= WIDTH or not self.arguments:
            return line
        inner = "".join(_line(key, value, indent + 4) + "\n" for key, value in self.arguments)
        return f"{' ' * indent}{lead}{self.name}(\n{inner}{' ' * indent}){tail}"


def part_call(module: str, part: KerasPart, kind: str) -> Call:
    """Return the call that creates a Keras object of class ``kind`` from a part of a run."""
    values = explicit_arguments(part, kind)
    by_place = [("", values.pop(key)) for key in BY_PLACE.get(kind, ()) if key in values]
    return Call(f"{module}.{kind}", [*by_place, *values.items()])


def explicit_arguments(part: KerasPart, kind: str) -> dict[str, Any]:
    """Return the arguments of a part that are not Keras' defaults."""
    fields = type(part).model_fields
    return {
        key: _regularizer(getattr(part, key)) or value
        for key, value in part.keras_arguments().items()
        if getattr(part, key) != fields[key].default or (kind, key) in NO_DEFAULT
    }


def differing(name: str, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> Call:
    """Return a call with those of ``values`` that are not Keras' ``defaults``."""
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
    """Return a value as Python source."""
    quoted = isinstance(value, str) and not isinstance(value, Code)
    return f'"{value}"' if quoted else str(value)
