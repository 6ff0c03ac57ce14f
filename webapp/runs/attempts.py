"""Attempts: each start of a run by a worker, with its number, its token and its lease.

How attempts end, and what happens to their runs then: ``recovery``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.database import AttemptRow, RunRow, reading, writing
from webapp.errors import Conflict, Unauthorized, is_disk_full
from webapp.runs.changes import changing
from webapp.runs.clock import forget_pace, now
from webapp.runs.control import commands
from webapp.runs.queries import newest_checkpoint
from webapp.schemas.config import RunConfig
from webapp.schemas.statuses import BUSY
from webapp.schemas.worker import LEASE_SECONDS, Job
from webapp.services import Service

EXCUSES: Service[dict[tuple[str, int], int]] = Service("excuses", dict)
"""Until when (ms) an attempt is excused because the disk was full."""

RENEWED_EVERY = 5_000
"""In milliseconds: a lease renewed within this time is not written again, although a worker reports
several times a second."""


def begin(run_id: str, message: str = "") -> tuple[int, str] | None:
    """Start an attempt of a queued run; return its number and token, or None if it is no longer
    queued.

    ``message`` is stored with the event.
    """
    token = secrets.token_urlsafe(32)
    with changing(run_id) as change:
        row = change.row
        if row.status != "queued":
            return None
        checkpoint = newest_checkpoint(change.session, row)
        row.attempt += 1
        row.from_epoch = checkpoint.epoch if checkpoint else 0
        forget_pace(row)
        row.error = row.error_values = None
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
        change.set_status("starting", message, row.from_epoch)
        return row.attempt, token


def lease_end() -> int:
    """Return when a lease that is renewed now will end."""
    return now() + int(LEASE_SECONDS * 1000)


def renewed_lately(row: AttemptRow) -> bool:
    """Return whether the lease need not be written yet."""
    return row.lease_until > lease_end() - RENEWED_EVERY


@contextmanager
def excused_by_full_disk(run_id: str, attempt: int) -> Iterator[None]:
    """Accept what the attempt sends, even if a full disk prevents renewing its lease.

    The attempt then counts as alive in this process's memory.
    """
    try:
        yield
    except Exception as error:
        if is_disk_full(error):
            _excuse(run_id, attempt)
        raise


def _excuse(run_id: str, attempt: int) -> None:
    """Excuse the attempt for one lease, and remove expired excuses."""
    excuses = EXCUSES.get()
    for key in [key for key, until in excuses.items() if until <= now()]:
        del excuses[key]
    excuses[run_id, attempt] = lease_end()


def is_excused(run_id: str, attempt: int) -> bool:
    """Return whether a full disk prevented the renewal of the attempt's lease."""
    return EXCUSES.get().get((run_id, attempt), 0) > now()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def note_process(run_id: str, attempt: int, pid: int, started: str | None) -> None:
    """Store which process works on the attempt."""
    with writing() as (session, _after):
        row = current(session, run_id, attempt)
        if row is not None:
            row[1].pid, row[1].pid_started = pid, started


def current(session: Session, run_id: str, attempt: int) -> tuple[RunRow, AttemptRow] | None:
    """Return the run and its attempt of that number, if that is still the newest."""
    run = session.scalar(sa.select(RunRow).where(RunRow.id == run_id).with_for_update())
    if run is None or run.attempt != attempt:
        return None
    row = session.get(AttemptRow, (run.number, attempt))
    return None if row is None else (run, row)


def authorize(session: Session, run_id: str, attempt: int, token: str) -> tuple[RunRow, AttemptRow]:
    """Return the run and the attempt that the token belongs to.

    Raises Conflict ``stale_attempt`` when it is not the run's newest (or the run was deleted), and
    Unauthorized for a wrong token.
    """
    found = current(session, run_id, attempt)
    if found is None:
        raise stale()
    if not hmac.compare_digest(found[1].token_sha256, _hash(token)):
        raise Unauthorized("unauthorized", gettext("The token does not belong to this attempt."))
    return found


def check(run_id: str, attempt: int, token: str) -> None:
    """Raise as ``authorize`` when the token is not that of this attempt."""
    with reading() as session:
        authorize(session, run_id, attempt, token)


def stale() -> Conflict:
    """Return the refusal that makes a worker end itself."""
    return Conflict("stale_attempt", gettext("This attempt is over."))


def job(run_id: str, attempt: int, token: str) -> Job:
    """Return the attempt's job. Raises as ``authorize``, and Conflict when the run is over."""
    with reading() as session:
        run, _row = authorize(session, run_id, attempt, token)
        if run.status not in BUSY:
            raise stale()
        return Job(
            config=RunConfig.model_validate(run.config),
            seed=run.config["seed"],
            from_epoch=run.from_epoch,
            has_checkpoint=newest_checkpoint(session, run) is not None,
            extended=run.extended_from == run.from_epoch,
            commands=commands(run),
        )
