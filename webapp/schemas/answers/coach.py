"""What the coach says of a run."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from webapp.schemas.answers.base import Answer
from webapp.schemas.answers.glossary import Term
from webapp.schemas.config import RunConfig


class Change(Answer):
    """One thing to do differently: by path in ``patch``, and as a whole configuration."""

    label: str = Field(examples=["Use relu"])
    patch: dict[str, Any] = Field(examples=[{"compile.optimizer": {"name": "Adam"}}])
    config: RunConfig


class Finding(Answer):
    """What is wrong, why it is so, and what to try; ``numbers`` are those it rests on, ``term`` is
    the glossary's name for it."""

    id: str = Field(examples=["diverged"])
    term: Term
    sentence: str = Field(examples=["The loss is no longer a number."])
    why: str = Field(examples=["The steps are too large."])
    advice: str = Field(examples=["Try a smaller learning rate."])
    numbers: dict[str, float | None] = Field(examples=[{"epoch": 2}])
    change: Change | None


class Coached(Answer):
    """The findings, first causes first; not ``complete`` while the network is looked into."""

    findings: list[Finding]
    complete: bool
