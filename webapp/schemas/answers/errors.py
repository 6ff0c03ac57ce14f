"""The one shape of an error, over HTTP and as a socket's acknowledgement."""

from __future__ import annotations

from pydantic import Field

from webapp.schemas.answers.base import Answer, maybe


class FieldProblem(Answer):
    """What is wrong with one value."""

    path: str = Field(examples=["layers[1].units"])
    message: str = Field(examples=["must be between 1 and 8192, not 0"])


class Problem(Answer):
    """``code`` and the paths are stable, sentences are in the reader's language."""

    code: str = Field(examples=["invalid_config"])
    message: str = Field(examples=["1 problem in the configuration"])
    fields: list[FieldProblem]
    retry_after: float = maybe(
        0.5, description="Seconds until the request may be repeated; with 429 and 503."
    )


class Error(Answer):
    """What went wrong."""

    error: Problem
