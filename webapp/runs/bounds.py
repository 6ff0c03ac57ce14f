"""Limits on how many runs may be queued, and how many are kept: per creator and in total.

A creator with few runs has a higher limit than others: what some have queued or kept does not lock
out a class.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.database import RunRow
from webapp.errors import TooManyRequests
from webapp.schemas.marks import N_


@dataclass(frozen=True)
class Bound:
    """A limit: at most ``of_one`` per creator and ``of_all`` in total.

    A creator with fewer than ``few`` may exceed the total by ``more``. The sentences are msgids
    with ``%(count)s``.
    """

    code: str
    of_one: int
    of_all: int
    few: int
    more: int
    one_full: str
    all_full: str

    def check(self, mine: int, everybodys: int) -> None:
        """Raise TooManyRequests when the limit is reached."""
        if mine >= self.of_one:
            raise TooManyRequests(self.code, gettext(self.one_full, count=mine))
        if everybodys >= self.of_all + (self.more if mine < self.few else 0):
            raise TooManyRequests(self.code, gettext(self.all_full, count=everybodys))


QUEUED = Bound(
    "too_many_queued", of_one=300, of_all=2000, few=5, more=1000,
    one_full=N_(
        "%(count)s of these runs are waiting already. "
        "Queue more when some have started, or stop or delete some that wait."
    ),
    all_full=N_("The queue is full: %(count)s runs are waiting. Try again when some have started."),
)  # fmt: skip
"""A sweep has 200 trials."""

KEPT = Bound(
    "too_many_runs", of_one=5000, of_all=20_000, few=20, more=5000,
    one_full=N_("You have %(count)s runs already. Delete some of them before you make more."),
    all_full=N_(
        "This server has %(count)s runs already. "
        "Delete some of yours, or ask the administrator to delete some."
    ),
)  # fmt: skip


def check_queued(session: Session, maker: str | None) -> None:
    """Raise TooManyRequests when the creator may queue no more runs."""
    waiting = RunRow.status == "queued"
    QUEUED.check(_of_one(session, maker, waiting), _count(session, waiting))


def check_kept(session: Session, maker: str | None) -> None:
    """Raise TooManyRequests when the creator may keep no more runs."""
    KEPT.check(_of_one(session, maker), _count(session))


def _of_one(session: Session, maker: str | None, *conditions: sa.ColumnElement[bool]) -> int:
    """Return how many runs the creator has; 0 for runs of earlier versions, which have none."""
    return 0 if maker is None else _count(session, RunRow.owner == maker, *conditions)


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(RunRow).where(*conditions)
    return session.scalar(query) or 0
