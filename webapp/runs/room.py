"""Limits the disk space of imported models: per owner and in total.

Only existing models count: a deleted one takes no space.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.database import RunRow, reading
from webapp.errors import Conflict
from webapp.schemas.answers.run import IMPORTED

GB = 1_000_000_000
OWNERS_BYTES = 4 * GB
"""The limit per owner: four of the largest models, or six hundred of the lecture's network."""
ALL_BYTES = 20 * GB
"""The limit for all: a class of two hundred may keep fifteen of the lecture's network each."""

NUMBER_BYTES = 8
"""The bytes of a parameter: in single precision, once as a checkpoint and once as an export."""
RUN_BYTES = 1_000_000
"""The bytes of a model besides: its rows and views."""


def check(owner: str | None) -> None:
    """Raise Conflict when the owner, or all together, have reached the limit."""
    with reading() as session:
        check_for(session, owner, 0)


def check_for(session: Session, owner: str | None, params: int) -> None:
    """Raise Conflict when a model of ``params`` parameters would exceed the limit."""
    needed = _bytes(1, params)
    own = RunRow.owner == owner if owner is not None else RunRow.owner.is_(None)
    if _held(session, own) + needed > OWNERS_BYTES:
        raise _full(
            gettext(
                "Your imported models may take %(size)s GB of this server's disk. "
                "Delete some of them first.",
                size=OWNERS_BYTES // GB,
            )
        )
    if _held(session) + needed > ALL_BYTES:
        raise _full(
            gettext(
                "All imported models together may take %(size)s GB of this server's disk. Delete "
                "some of yours first, or ask the administrator.",
                size=ALL_BYTES // GB,
            )
        )


def _held(session: Session, *which: sa.ColumnElement[bool]) -> int:
    """Return the bytes of the imported models."""
    query = sa.select(sa.func.count(), sa.func.sum(RunRow.params))
    count, params = session.execute(query.where(RunRow.source == IMPORTED, *which)).one()
    return _bytes(count, int(params or 0))


def _bytes(models: int, params: int) -> int:
    return models * RUN_BYTES + params * NUMBER_BYTES


def _full(message: str) -> Conflict:
    return Conflict("imports_full", message)
