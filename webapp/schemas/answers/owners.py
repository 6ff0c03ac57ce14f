"""A program's owner."""

from __future__ import annotations

from pydantic import Field

from webapp.schemas.answers.base import Answer


class NewOwner(Answer):
    """The name to send as X-Inkling-Owner with each request."""

    owner: str = Field(examples=["Qm9iJ3Mgb3duZXI.aSGnTQ.Kx3"])
