"""Recovers a run whose worker has died: it resumes from its newest checkpoint.

Three workers in a row that die without a new checkpoint fail the run.
"""

from __future__ import annotations

import logging

from webapp.background import offload
from webapp.database import AttemptRow, CheckpointRow, RunRow, reading, writing
from webapp.runs import attempts, files
from webapp.runs.changes import Change
from webapp.runs.clock import now
from webapp.runs.control import requeue, set_paused
from webapp.runs.queries import busy, newest_checkpoint, row_of
from webapp.schemas.marks import N_
from webapp.schemas.sentences import Sentence
from webapp.schemas.statuses import BUSY

DIED = Sentence(
    N_("The training process ended unexpectedly. Its log in the data directory may tell why.")
)
KILLED = Sentence(N_("The training process was killed; the machine may have run out of memory."))
SILENT = Sentence(N_("The training process stopped answering, so it was ended."))
NOT_STARTED = Sentence(N_("The training process could not be started."))
SERVER_ENDED = Sentence(N_("The server was shut down before the training had ended."))
LOST = Sentence(N_("The training process ended while the server was not running."))
TORN = Sentence(
    N_("The newest checkpoint could not be read; training continues from an older one.")
)

BLAMELESS = (SERVER_ENDED, LOST)
"""Ends that the run did not cause, so they do not count."""

MAX_DEATHS = 3
"""A run fails after so many deaths in a row without a new checkpoint."""

log = logging.getLogger(__name__)


def ended(run_id: str, attempt: int, reason: Sentence, *, for_good: bool = False) -> None:
    """Handle the end of the attempt's worker: requeue a run that has not ended, or fail it.

    ``for_good``: another attempt would end the same way.
    """
    with writing() as (session, after):
        found = attempts.current(session, run_id, attempt)
        if found is None:
            return
        run, row = found
        row.ended_at = row.ended_at or now()
        if run.status in BUSY:
            change = Change(session, run)
            _requeue_or_end(change, reason, for_good)
            for call in change.notifications():
                after(call)


def _requeue_or_end(change: Change, reason: Sentence, for_good: bool) -> None:
    """Queue the run again, or end it: as requested, or because it cannot go on."""
    run = change.row
    run.deaths += reason not in BLAMELESS
    if for_good or run.deaths >= MAX_DEATHS:
        change.fail(reason)
    elif run.stop_requested_at is not None and run.deaths > 1:  # its test was tried again
        change.set_status("stopped")
    elif run.pause_requested_at is not None and run.stop_requested_at is None:
        set_paused(change)
    else:
        requeue(change, str(reason), first=True)


def drop_torn(run_id: str) -> str:
    """Forget checkpoints that cannot be read, newest first; return a sentence if there were any.

    We never write a damaged one (``files.keep``), but disks fail. The epochs since are trained
    again.
    """
    message = ""
    while (torn := _newest_torn(run_id)) is not None:
        log.error("Dropping an unreadable checkpoint of run %s: %s", run_id, torn)
        with writing() as (session, _after):
            session.delete(session.merge(torn))
        message = str(TORN)
    return message


def _newest_torn(run_id: str) -> CheckpointRow | None:
    """Return the newest checkpoint, if it cannot be read."""
    with reading() as session:
        row = newest_checkpoint(session, row_of(session, run_id))
    if row is None:
        return None
    path = files.checkpoint_path(run_id, row.attempt, row.epoch, row.part)
    return None if offload(files.is_sound, path) else row


def renew_all() -> None:
    """Renew the leases of all running attempts: the server's own downtime does not count."""
    with writing() as (session, _after):
        for run in busy(session):
            row = session.get(AttemptRow, (run.number, run.attempt))
            if row is not None:
                row.lease_until = attempts.lease_end()


def under_way() -> list[AttemptUnderWay]:
    """Return all attempts that have a worker, or should have."""
    with reading() as session:
        found = []
        for run in busy(session):
            row = session.get(AttemptRow, (run.number, run.attempt))
            found.append(AttemptUnderWay(run, row))
        return found


class AttemptUnderWay:
    """What the scheduler needs to know of an attempt; a copy, independent of the session."""

    def __init__(self, run: RunRow, row: AttemptRow | None) -> None:
        self.run_id = run.id
        self.attempt = run.attempt
        self.pid = row.pid if row else None
        self.pid_started = row.pid_started if row else None
        lapsed = row is None or row.lease_until < now()
        self.lease_over = lapsed and not attempts.is_excused(run.id, run.attempt)
        self.stop_requested_at = run.stop_requested_at
