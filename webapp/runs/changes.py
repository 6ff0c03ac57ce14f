"""The parts of every change of a run: an event, a status, and the signals after it.

Only for the modules of this package: others call those.
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
    send_signal,
    work_changed,
)
from webapp.runs.waiting import LINE, Turn, turns
from webapp.schemas.sentences import Sentence
from webapp.schemas.statuses import BUSY, TERMINAL

MAX_DELETED = 20_000
"""The positions of deleted runs in the list are kept until so many newer runs were created."""

AT_ONCE = 20
"""The number of queued runs whose move is published at once; ``moves`` publishes the others."""


class Change:
    """A transaction on one run: the session, the row, and the signals to send after the commit."""

    def __init__(self, session: Session, row: RunRow) -> None:
        self.session = session
        self.row = row
        self.events: list[EventRow] = []
        self.changed = False
        self.urgent = False
        self.status_before = row.status
        self.deleted = False
        self.came_in = False

    def delete(self) -> None:
        """Delete the run with its events, attempts and checkpoints, and the oldest records of
        deletions.
        """
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
        """Change the status and record the event of it."""
        self.row.status = status
        self.came_in = status == "queued"
        self.changed = self.urgent = True
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

    def notifications(self) -> list[Callable[[], None]]:
        """Return the signals to send after the commit, as calls; read from the rows before it."""
        row = self.row
        calls: list[Callable[[], None]] = []
        if self._moves_queue():
            calls.append(LINE.get().moved)
        self.session.flush()
        waited = self.status_before == "queued"
        wait = turns(self.session) if waited or row.status == "queued" else {}
        if self.deleted:
            calls.append(_sending(run_deleted, run_id=row.id))
            return calls + self._queue_moved(wait) if waited else calls
        for event in self.events:
            calls.append(_sending(event_recorded, run_id=row.id, event=event_json(row.id, event)))
        if self.changed:
            run = summary(row, wait.get(row.number))
            calls.append(_sending(run_changed, run=run, urgent=self.urgent))
        if self.came_in and row.number in wait:
            calls += self._queue_moved(wait, wait[row.number].place)
        if row.status != self.status_before:
            if waited:
                calls += self._queue_moved(wait)
            if row.status not in BUSY:  # it waits for a worker, or has freed a slot
                calls.append(_sending(work_changed))
        return calls

    def _moves_queue(self) -> bool:
        """Return whether turns may be others: not by what a worker reports of its progress."""
        return self.deleted or self.came_in or self.urgent or not self.events

    def _queue_moved(self, wait: Mapping[int, Turn], behind: int = 0) -> list[Callable[[], None]]:
        """Publish the new positions of the runs behind that position in the queue."""
        moved = queued_summaries(self.session, wait, behind, AT_ONCE)
        calls = [_sending(run_moved, run=waiting) for waiting in moved]
        if len(wait) > behind + AT_ONCE:
            calls.append(_sending(queue_moved, behind=behind + AT_ONCE))
        return calls


def _sending(signal: Any, **facts: Any) -> Callable[[], None]:
    """Return a call that sends ``signal``."""
    return lambda: send_signal(signal, **facts)


@contextmanager
def changing(run_id: str) -> Iterator[Change]:
    """Change one run in one transaction; publish it after the commit. Raises NotFound."""
    with writing() as (session, after):
        change = Change(session, row_of(session, run_id, lock=True))
        yield change
        for call in change.notifications():
            after(call)
