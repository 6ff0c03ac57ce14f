"""The query of the list of runs, and the cursor of its next page.

A cursor holds the query and the position of the last run on the page: the value it was sorted by,
and its number. So a page neither skips nor repeats a run while others are created and deleted.
"""

from __future__ import annotations

import base64
import binascii

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from webapp.schemas.answers.run import IMPORTED
from webapp.schemas.columns import COLUMNS, OTHERS
from webapp.schemas.statuses import STATUSES

KINDS = (*STATUSES, IMPORTED)
"""What ``status`` may ask for."""

_SORTED = {column.name: column for column in (*COLUMNS.values(), *OTHERS)}
TEXTS = tuple(name for name, column in _SORTED.items() if column.kind == "text")
NUMBERS = tuple(name for name, column in _SORTED.items() if column.kind != "text")
SORTS = tuple(sign + name for name in (*NUMBERS, *TEXTS) for sign in ("", "-"))
"""What ``sort`` may be; with ``-`` the highest comes first. What is not known is always last."""

MOST_SEARCHED = 200
"""Characters of a search."""

MOST_WORDS = 10
"""Words of a search: each is looked for in the texts of every run."""


class Wanted(BaseModel):
    """Which runs are asked for, and in which order."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    sort: str = "-created_at"
    q: str = Field("", max_length=MOST_SEARCHED)
    """Words; each must be in the name, the dataset, the optimizer or the layers."""
    status: tuple[str, ...] = ()
    """Any of ``KINDS``; none: all."""
    mine: bool = False

    @field_validator("q")
    @classmethod
    def _few_words(cls, q: str) -> str:
        if len(q.split()) > MOST_WORDS:
            raise ValueError("too many words")
        return q


class Cursor(Wanted):
    """A question, and behind which run its answer goes on."""

    value: float | str | None
    number: int = Field(ge=1, le=2**53)

    @property
    def wanted(self) -> Wanted:
        """Return the query alone."""
        return Wanted.model_validate(self.model_dump(include=set(Wanted.model_fields)))

    def sealed(self) -> str:
        """Return the cursor as opaque text."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")


def unsealed(text: str) -> Cursor:
    """Return the cursor in this text. Raises ValueError for a text that is not ours."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = Cursor.model_validate_json(raw)
    except (ValidationError, binascii.Error) as error:
        raise ValueError("no cursor") from error
    field = cursor.sort.removeprefix("-")
    fits = cursor.value is None or isinstance(cursor.value, str) == (field in TEXTS)
    if cursor.sort not in SORTS or not set(cursor.status) <= set(KINDS) or not fits:
        raise ValueError("no cursor")
    if "\0" in f"{cursor.q}{cursor.value}":
        raise ValueError("no cursor")
    return cursor
