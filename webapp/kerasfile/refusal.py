"""Why an archive is not taken."""

from __future__ import annotations

from typing import Any

from webapp.schemas.marks import N_

NOT_AN_ARCHIVE = N_("This file is not a .keras archive, or it is damaged.")


class Refused(Exception):
    """The archive is not taken: a stable `code`, an English msgid and its `values`.

    Values come out of the file, so they are cut to 40 printable characters.
    """

    def __init__(self, code: str, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.code, self.msgid = code, msgid
        self.values = {name: printable(value) for name, value in values.items()}


def printable(value: Any) -> str:
    """At most 40 printable characters of a value."""
    return "".join(sign for sign in str(value)[:40] if sign.isprintable())


def damaged() -> Refused:
    """The file is no whole archive."""
    return Refused("not_an_archive", NOT_AN_ARCHIVE)
