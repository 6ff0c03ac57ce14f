"""The pieces of which every change of a run is made: an event, a status, what is told after.

Only for the modules beside this one: whoever else wants a change calls those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.database import DeletedRow, EventRow, RunRow, writing
from webapp.runs.clock import now
from webapp.runs.queries import event_json, queued_summaries, row_of, summary
from webapp.runs.signals import (
    event_recorded,
    queue_moved,
    run_changed,
    run_deleted,
    run_moved,
    tell,
    work_changed,
)
from webapp.runs.waiting import Turn, turns
from webapp.schemas.sentences import Sentence
from webapp.schemas.statuses import BUSY, TERMINAL

MAX_DELETED = 20_000
"""The places in the list of deleted runs are kept while so many newer runs come."""

AT_ONCE = 20
"""So many runs that wait are told at once that they have moved; ``moves`` tells the others."""


class Change:
    """One transaction on one run: the session, the row, and what to tell once it is committed."""

    def __init__(self, session: Session, row: RunRow) -> None:
        self.session = session
        self.row = row
        self.events: list[EventRow] = []
        self.changed = False
        self.hasty = False
        self.status_before = row.status
        self.deleted = False
        self.came_in = False

    def delete(self) -> None:
        """Remove the run; its events, attempts and checkpoints go with it. The places of runs that
        were deleted very long ago are forgotten."""
        self.deleted = True
        number = self.row.number
        self.session.execute(sa.delete(DeletedRow).where(DeletedRow.number < number - MAX_DELETED))
        self.session.add(DeletedRow(id=self.row.id, number=number))
        self.session.delete(self.row)

    def add_event(self, body: dict[str, Any]) -> None:
        """Record an event with the run's next ``seq``."""
        self.row.last_seq += 1
        event = EventRow(run=self.row.number, seq=self.row.last_seq, at=now(), body=body)
        self.session.add(event)
        self.events.append(event)

    def set_status(self, status: str, message: str = "", from_epoch: int = 0) -> None:
        """Change the status and record the event that says so."""
        self.row.status = status
        self.came_in = status == "queued"
        self.changed = self.hasty = True
        if status in TERMINAL:
            self.row.ended_at = now()
        self.add_event(
            {
                "type": "status",
                "status": status,
                "message": message,
                "attempt": self.row.attempt,
                "from_epoch": from_epoch,
            }
        )

    def fail(self, reason: Sentence, from_epoch: int = 0) -> None:
        """End the run for that reason."""
        self.row.error, self.row.error_values = reason.msgid, dict(reason.values) or None
        self.set_status("failed", str(reason), from_epoch)

    def news(self) -> list[Callable[[], None]]:
        """What to tell after the commit, as calls; read from the rows before it."""
        row = self.row
        calls: list[Callable[[], None]] = []
        self.session.flush()
        waited = self.status_before == "queued"
        wait = turns(self.session) if waited or row.status == "queued" else {}
        if self.deleted:
            calls.append(_telling(run_deleted, run_id=row.id))
            return calls + self._queue_moved(wait) if waited else calls
        for event in self.events:
            calls.append(_telling(event_recorded, run_id=row.id, event=event_json(row.id, event)))
        if self.changed:
            run = summary(row, wait.get(row.number))
            calls.append(_telling(run_changed, run=run, hasty=self.hasty))
        if self.came_in and row.number in wait:
            calls += self._queue_moved(wait, wait[row.number].place)
        if row.status != self.status_before:
            if waited:
                calls += self._queue_moved(wait)
            if row.status not in BUSY:  # it waits for a worker, or has left a place to others
                calls.append(_telling(work_changed))
        return calls

    def _queue_moved(self, wait: Mapping[int, Turn], behind: int = 0) -> list[Callable[[], None]]:
        """Tell the runs that wait, behind that place, of their new places."""
        moved = queued_summaries(self.session, wait, behind, AT_ONCE)
        calls = [_telling(run_moved, run=waiting) for waiting in moved]
        if len(wait) > behind + AT_ONCE:
            calls.append(_telling(queue_moved, behind=behind + AT_ONCE))
        return calls


def _telling(signal: Any, **facts: Any) -> Callable[[], None]:
    """A call that sends ``signal``."""
    return lambda: tell(signal, **facts)


@contextmanager
def changing(run_id: str) -> Iterator[Change]:
    """A change of one run, in one transaction; told after its commit. Raises NotFound."""
    with writing() as (session, after):
        change = Change(session, row_of(session, run_id, lock=True))
        yield change
        for call in change.news():
            after(call)
