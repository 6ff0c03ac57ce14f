"""A term of the glossary, as other answers name it."""

from __future__ import annotations

from pydantic import Field

from webapp.schemas.answers.base import Answer


class Term(Answer):
    """A term with its sentence; its entry is ``/glossary#<name>``."""

    name: str = Field(examples=["learning-rate"])
    title: str = Field(examples=["Learning rate"])
    says: str = Field(examples=["How large each step against the gradient is."])
