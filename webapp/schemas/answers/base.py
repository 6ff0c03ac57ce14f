"""What the models of answers are made of: their base, optional keys, common types."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """The base of what the server answers and of what sockets carry: no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _without_default(schema: dict[str, Any]) -> None:
    """Say in the JSON schema that the key may be missing, not what it would be then."""
    schema.pop("default", None)


def maybe(*examples: Any, description: str | None = None) -> Any:
    """A key that may be missing."""
    return Field(
        default=None,
        examples=list(examples) or None,
        description=description,
        json_schema_extra=_without_default,
    )


Share = Annotated[float, Field(ge=0, le=1, examples=[0.9])]
"""A part of one."""

Count = Annotated[int, Field(ge=0)]

Digit = Annotated[int, Field(ge=0, le=9, examples=[7])]

Epoch = Annotated[int, Field(ge=0, examples=[3], description="0: before the first")]

Loss = Annotated[float, Field(examples=[0.31])]

Time = Annotated[str, Field(examples=["2026-11-02T09:30:00.000Z"])]
"""ISO 8601 in UTC with milliseconds."""

RunId = Annotated[str, Field(min_length=1, max_length=64, examples=["Vt3rT0bQ8kA"])]

Base64 = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"}, examples=["AH8="])]

Probabilities = Annotated[
    list[Share],
    Field(
        min_length=10,
        max_length=10,
        examples=[[0.0, 0.0, 0.01, 0.02, 0.0, 0.0, 0.0, 0.95, 0.0, 0.02]],
        description="of the digits 0 to 9",
    ),
]

Pixels = Annotated[
    list[Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(min_length=28, max_length=28)]],
    Field(min_length=28, max_length=28, description="28 rows; 0 is paper, 255 ink"),
]
"""An image as the network saw it."""


class View(Answer):
    """What all views of a network have: the epoch of the weights looked at."""

    epoch: Epoch
