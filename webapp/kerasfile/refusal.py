"""Why an archive is refused."""

from __future__ import annotations

from typing import Any

from webapp.schemas.marks import N_

NOT_AN_ARCHIVE = N_("This file is not a .keras archive, or it is damaged.")


class Refused(Exception):
    """Raised for a refused archive: a stable `code`, an English msgid and its `values`.

    Values come from the file, so they are cut to 40 printable characters.
    """

    def __init__(self, code: str, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.code, self.msgid = code, msgid
        self.values = {name: printable(value) for name, value in values.items()}


def printable(value: Any) -> str:
    """Return at most 40 printable characters of a value."""
    return "".join(sign for sign in str(value)[:40] if sign.isprintable())


def damaged() -> Refused:
    """Return the refusal of a file that is no complete archive."""
    return Refused("not_an_archive", NOT_AN_ARCHIVE)
