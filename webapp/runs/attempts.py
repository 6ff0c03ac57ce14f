"""Attempts: each start of a run by a worker, with its number, its token and its lease."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from webapp.database import AttemptRow, RunRow, reading, writing
from webapp.errors import Conflict, Unauthorized
from webapp.runs.changes import Change, changing
from webapp.runs.clock import now
from webapp.runs.queries import BUSY, busy
from webapp.schemas.worker import LEASE_SECONDS, Job

DIED = _("The training process ended unexpectedly. Its log in the data directory may tell why.")
KILLED = _("The training process was killed; the machine may have run out of memory.")
SILENT = _("The training process stopped answering, so it was ended.")
NOT_STARTED = _("The training process could not be started.")
SERVER_ENDED = _("The server was shut down before the training had ended.")
LOST = _("The training process ended while the server was not running.")


def msgid(message: object) -> str:
    """The English sentence of a lazy message: what is stored, and translated when answered."""
    return str(message._args[0]) if hasattr(message, "_args") else str(message)


def next_queued() -> str | None:
    """The id of the run whose turn it is, or None."""
    query = sa.select(RunRow.id).where(RunRow.status == "queued").order_by(RunRow.number).limit(1)
    with reading() as session:
        return session.scalar(query)


def count_busy() -> int:
    """How many runs have a worker."""
    with reading() as session:
        return len(busy(session))


def begin(run_id: str) -> tuple[int, str] | None:
    """Start an attempt of a queued run: its number and token; None if it is queued no more."""
    token = secrets.token_urlsafe(32)
    with changing(run_id) as change:
        row = change.row
        if row.status != "queued":
            return None
        row.attempt += 1
        row.from_epoch = row.epoch
        row.timed_from = None
        row.error = None
        change.session.add(
            AttemptRow(
                run=row.number,
                attempt=row.attempt,
                token_sha256=_hash(token),
                received=0,
                lease_until=lease_end(),
                started_at=now(),
            )
        )
        change.set_status("starting", from_epoch=row.epoch)
        return row.attempt, token


def lease_end() -> int:
    """When a lease that is renewed now will end."""
    return now() + int(LEASE_SECONDS * 1000)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def note_process(run_id: str, attempt: int, pid: int, started: str | None) -> None:
    """Remember which process works on the attempt."""
    with writing() as (session, _after):
        row = current(session, run_id, attempt)
        if row is not None:
            row[1].pid, row[1].pid_started = pid, started


def current(session: Session, run_id: str, attempt: int) -> tuple[RunRow, AttemptRow] | None:
    """The run and its attempt of that number, if that is still the newest."""
    run = session.scalar(sa.select(RunRow).where(RunRow.id == run_id).with_for_update())
    if run is None or run.attempt != attempt:
        return None
    row = session.get(AttemptRow, (run.number, attempt))
    return None if row is None else (run, row)


def authorize(session: Session, run_id: str, attempt: int, token: str) -> tuple[RunRow, AttemptRow]:
    """The run and the attempt that the token belongs to.

    Raises Conflict ``stale_attempt`` when it is not the run's newest (or the run is gone), and
    Unauthorized for a wrong token.
    """
    found = current(session, run_id, attempt)
    if found is None:
        raise stale()
    if not hmac.compare_digest(found[1].token_sha256, _hash(token)):
        raise Unauthorized("unauthorized", gettext("The token is not that of this attempt."))
    return found


def stale() -> Conflict:
    """The refusal that makes a worker end itself."""
    return Conflict("stale_attempt", gettext("This attempt is over."))


def job(run_id: str, attempt: int, token: str) -> Job:
    """What the attempt has to train. Raises as ``authorize``, Conflict when the run is over."""
    with reading() as session:
        run, _row = authorize(session, run_id, attempt, token)
        if run.status not in BUSY:
            raise stale()
        return Job.model_validate(
            {"config": run.config, "seed": run.config["seed"], "from_epoch": run.from_epoch}
        )


def ended(run_id: str, attempt: int, reason: object) -> None:
    """The attempt's worker is gone. A run that had no final status gets one.

    It is ``stopped`` where that was asked for, else ``failed`` with the reason. (Recovery from
    the last checkpoint will take the place of ``failed`` here.)
    """
    with writing() as (session, after):
        found = current(session, run_id, attempt)
        if found is None:
            return
        run, row = found
        row.ended_at = row.ended_at or now()
        if run.status in BUSY:
            change = Change(session, run)
            if run.stop_requested_at is not None:
                change.set_status("stopped")
            else:
                run.error = msgid(reason)
                change.set_status("failed", run.error)
            for call in change.news():
                after(call)


def renew_all() -> None:
    """Renew the leases of all attempts under way: the server's own absence does not count."""
    with writing() as (session, _after):
        for run in busy(session):
            row = session.get(AttemptRow, (run.number, run.attempt))
            if row is not None:
                row.lease_until = lease_end()


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
        self.lease_over = row is None or row.lease_until < now()
        self.stop_requested_at = run.stop_requested_at


def stop_all() -> None:
    """Ask every run under way to stop (the server is shutting down)."""
    with writing() as (session, _after):
        for run in busy(session):
            run.stop_requested_at = run.stop_requested_at or now()
