"""The queue in the database: in what order waiting runs start, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from webapp.database import AttemptRow, RunRow
from webapp.runs import clock
from webapp.runs.clock import eta_seconds
from webapp.runs.paces import Pace, paces
from webapp.runs.queue import UNKNOWN, Waiting, order, waits
from webapp.schemas.statuses import BUSY
from webapp.services import Service

Bound = Callable[[list[float]], float]
"""The longest or the shortest of some estimates. Runs that train side by side share the processor:
the longest is that of a run that has it for itself, times the number of runs."""


class Turn(NamedTuple):
    """A run's position in the queue, from 1, and its longest and shortest wait in seconds, if
    known."""

    place: int
    wait_seconds: float | None
    wait_least_seconds: float | None


class Queued(NamedTuple):
    """What the queue needs to know of a waiting run."""

    number: int
    id: str
    owner: str | None
    queued_at: int
    epoch: int
    until: int
    """The epoch after which it will free its slot."""


class Line:
    """The turns of all waiting runs as readers see them: computed when the queue has changed, and
    each second, because waiting times change with every batch that is trained.

    Computing them takes as long as the queue is, and a class looks at the list all the time.
    """

    def __init__(self) -> None:
        self._changes = 0
        self._known: tuple[tuple[int, int], Mapping[int, Turn]] | None = None

    def moved(self) -> None:
        """Compute the turns anew: a run came, left or changed (after the commit)."""
        self._changes += 1

    def turns(self, session: Session) -> Mapping[int, Turn]:
        """Return the turns, at most a second old."""
        version = self._changes, clock.now() // 1000
        if self._known is None or self._known[0] != version:
            self._known = version, turns(session)
        return self._known[1]


LINE: Service[Line] = Service("line", Line)


def turns_of(session: Session, rows: Iterable[RunRow]) -> Mapping[int, Turn]:
    """Return the turns of those rows that wait, among others, for a reader."""
    waiting = [row.number for row in rows if row.status == "queued"]
    if not waiting:
        return {}
    known = LINE.get().turns(session)
    return known if all(number in known for number in waiting) else turns(session)


def turn_of(session: Session, row: RunRow) -> Turn | None:
    """Return the run's turn for a reader; None when it does not wait."""
    return turns_of(session, [row]).get(row.number) if row.status == "queued" else None


def turns(session: Session) -> dict[int, Turn]:
    """Return the turns of all waiting runs, by run number, the first one first.

    As this session sees the queue: a writer publishes the turns of its own transaction.
    """
    runs = in_order(session)
    if not runs:
        return {}
    under_way = session.scalars(_under_way()).all()
    known = paces(session, [*(run.id for run in runs), *(row.id for row in under_way)])
    places: int = current_app.config["SETTINGS"].workers
    beside = min(places, len(runs) + len(under_way))
    longest, shortest = (
        waits(
            [_lasts(run, known.get(run.id), bound) for run in runs],
            [_left(row, known.get(row.id), bound) for row in under_way],
            places,
        )
        for bound in (lambda seconds: beside * max(seconds), min)
    )
    return {
        run.number: _turn(place, most, least)
        for place, (run, most, least) in enumerate(zip(runs, longest, shortest, strict=True), 1)
    }


def _turn(place: int, most: float, least: float) -> Turn:
    if most == UNKNOWN:
        return Turn(place, None, None)
    return Turn(place, round(most, 1), round(least, 1))


def in_order(session: Session) -> Sequence[Queued]:
    """Return the waiting runs, the first one first."""
    until = sa.func.coalesce(RunRow.pause_after_epoch, RunRow.epochs)
    columns = (RunRow.number, RunRow.id, RunRow.owner, RunRow.queued_at, RunRow.epoch, until)
    query = sa.select(*columns).where(RunRow.status == "queued")
    runs = {row[0]: Queued(*row) for row in session.execute(query)}
    if not runs:
        return ()
    waiting = [Waiting(run.number, run.owner, run.queued_at) for run in runs.values()]
    at_work = Counter(session.scalars(sa.select(RunRow.owner).where(RunRow.status.in_(BUSY))))
    return [runs[number] for number in order(waiting, at_work, _served(session, waiting))]


def _served(session: Session, waiting: Sequence[Waiting]) -> Mapping[str | None, int]:
    """Return when the owners' latest runs were started.

    Only if there are several owners, and only since the first waiting run was queued: an owner
    served before that has waited since then.
    """
    since = min((run.queued_at for run in waiting if run.queued_at), default=0)
    if not since or len({run.owner for run in waiting}) == 1:
        return {}
    query = (
        sa.select(RunRow.owner, sa.func.max(AttemptRow.started_at))
        .join(AttemptRow, AttemptRow.run == RunRow.number)
        .where(AttemptRow.started_at >= since)
        .group_by(RunRow.owner)
    )
    return {owner: at for owner, at in session.execute(query)}


def _under_way() -> sa.Select[RunRow]:
    return sa.select(RunRow).where(RunRow.status.in_(BUSY))


def _lasts(run: Queued, similar: list[Pace] | None, bound: Bound) -> float:
    """Return for how many seconds a waiting run will occupy a slot."""
    return _by(similar, run.until - run.epoch, bound)


def _by(similar: list[Pace] | None, epochs: float, bound: Bound) -> float:
    return bound([pace.seconds(epochs) for pace in similar]) if similar else UNKNOWN


def _left(row: RunRow, similar: list[Pace] | None, bound: Bound) -> float:
    """Return for how many seconds a running run will still occupy its slot."""
    if row.stop_requested_at is not None or row.pause_requested_at is not None:
        return 0.0
    until = row.pause_after_epoch or row.epochs
    eta, epochs = eta_seconds(row), row.epochs - row.progress
    if eta is not None:
        return eta * max(0.0, until - row.progress) / epochs if epochs > 0 else eta
    return _by(similar, until - row.progress, bound)
