"""The three forms in which a drawing comes in, over HTTP and sockets alike."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, RootModel

from webapp.schemas.answers.base import Answer


class Strokes(Answer):
    """A drawing as pen strokes of points [x, y], y downwards, in any scale."""

    strokes: list[list[list[float]]] = Field(examples=[[[[0, 0], [10, 0], [4, 20]]]])


class Image(Answer):
    """A drawing as a PNG or JPEG in a data URL."""

    image: str = Field(examples=["data:image/png;base64,iVBORw0KGgo="])


class RawPixels(Answer):
    """A drawing as 28 rows of 28 numbers 0–255, 0 is paper."""

    pixels: list[list[float]] = Field(examples=[[[0.0] * 28] * 28])


class Drawing(RootModel[Any]):
    """A drawing in one of three forms."""

    model_config = ConfigDict(defer_build=True)

    root: Strokes | Image | RawPixels
