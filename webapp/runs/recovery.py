"""What becomes of a run whose worker is gone: it goes on from its newest checkpoint.

Unless it cannot: three workers in a row that die without a new checkpoint are no accident.
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
TORN = Sentence(N_("The newest checkpoint could not be read; training goes on from an older one."))

BLAMELESS = (SERVER_ENDED, LOST)
"""Ends that say nothing about the run, so they do not count."""

MAX_DEATHS = 3
"""So many deaths in a row, without a new checkpoint between them, fail a run."""

log = logging.getLogger(__name__)


def ended(run_id: str, attempt: int, reason: Sentence, *, for_good: bool = False) -> None:
    """The attempt's worker is gone. A run that has not ended with it goes on, or fails.

    ``for_good``: it would only happen again.
    """
    with writing() as (session, after):
        found = attempts.current(session, run_id, attempt)
        if found is None:
            return
        run, row = found
        row.ended_at = row.ended_at or now()
        if run.status in BUSY:
            change = Change(session, run)
            _go_on(change, reason, for_good)
            for call in change.news():
                after(call)


def _go_on(change: Change, reason: Sentence, for_good: bool) -> None:
    """Queue it again, or end it: as people wished, or because it cannot be."""
    run = change.row
    run.deaths += reason not in BLAMELESS
    if for_good or run.deaths >= MAX_DEATHS:
        change.fail(reason)
    elif run.stop_requested_at is not None and run.deaths > 1:  # it had its chance to be tested
        change.set_status("stopped")
    elif run.pause_requested_at is not None and run.stop_requested_at is None:
        set_paused(change)
    else:
        requeue(change, str(reason), first=True)


def drop_torn(run_id: str) -> str:
    """Forget checkpoints that cannot be read, newest first; a sentence where there were any.

    A whole one is never torn by us (``files.keep``), but disks are. The epochs since are trained
    again.
    """
    message = ""
    while (torn := _newest_torn(run_id)) is not None:
        log.error("a checkpoint of run %s cannot be read and is forgotten: %s", run_id, torn)
        with writing() as (session, _after):
            session.delete(session.merge(torn))
        message = str(TORN)
    return message


def _newest_torn(run_id: str) -> CheckpointRow | None:
    """The newest checkpoint, if it cannot be read."""
    with reading() as session:
        row = newest_checkpoint(session, row_of(session, run_id))
    if row is None:
        return None
    path = files.checkpoint_path(run_id, row.attempt, row.epoch, row.part)
    return None if offload(files.is_sound, path) else row


def renew_all() -> None:
    """Renew the leases of all attempts under way: the server's own absence does not count."""
    with writing() as (session, _after):
        for run in busy(session):
            row = session.get(AttemptRow, (run.number, run.attempt))
            if row is not None:
                row.lease_until = attempts.lease_end()


def under_way() -> list[AttemptUnderWay]:
    """All attempts that have a worker, or should have."""
    with reading() as session:
        found = []
        for run in busy(session):
            row = session.get(AttemptRow, (run.number, run.attempt))
            found.append(AttemptUnderWay(run, row))
        return found


class AttemptUnderWay:
    """What the scheduler needs to know of an attempt; a copy, free of the session."""

    def __init__(self, run: RunRow, row: AttemptRow | None) -> None:
        self.run_id = run.id
        self.attempt = run.attempt
        self.pid = row.pid if row else None
        self.pid_started = row.pid_started if row else None
        lapsed = row is None or row.lease_until < now()
        self.lease_over = lapsed and not attempts.is_excused(run.id, run.attempt)
        self.stop_requested_at = run.stop_requested_at
