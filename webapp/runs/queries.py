"""Queries about runs. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.database import CheckpointRow, EventRow, RunRow, reading
from webapp.errors import NotFound
from webapp.runs.clock import eta_seconds, iso
from webapp.runs.waiting import LINE, Turn, in_order, turn_of, turns_of
from webapp.schemas.answers.run import IMPORTED
from webapp.schemas.statuses import BUSY, TERMINAL
from webapp.security.owners import is_owner, reader

EVENTS_AT_ONCE = 1000
"""The default number of events in one answer."""


def row_of(session: Session, run_id: str, *, lock: bool = False) -> RunRow:
    """Return the run's row, locked for a change on databases with row locks. Raises NotFound."""
    query = sa.select(RunRow).where(RunRow.id == run_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("run_not_found", gettext("There is no such run."))
    return row


def get(run_id: str) -> dict[str, Any]:
    """Return the run's summary (``schemas.run.Run``). Raises NotFound."""
    with reading() as session:
        row = row_of(session, run_id)
        return as_seen(summary(row, turn_of(session, row)), reader())


def page(limit: int = 50) -> list[dict[str, Any]]:
    """Return summaries of the newest runs, newest first."""
    with reading() as session:
        query = sa.select(RunRow).order_by(RunRow.number.desc()).limit(limit)
        return summaries(session, session.scalars(query).all())


def summaries(session: Session, rows: Sequence[RunRow]) -> list[dict[str, Any]]:
    """Return the summaries of these rows, with their positions if they wait."""
    wait = turns_of(session, rows)
    who = reader()
    return [as_seen(summary(row, wait.get(row.number)), who) for row in rows]


def untested_imports() -> list[str]:
    """Return the ids of imported models that were never tested, oldest first."""
    with reading() as session:
        query = sa.select(RunRow.id).where(
            RunRow.source == IMPORTED, RunRow.status == "finished", RunRow.test.is_(sa.null())
        )
        return list(session.scalars(query.order_by(RunRow.number)))


def next_queued() -> str | None:
    """Return the id of the next run to start, or None."""
    with reading() as session:
        first = next(iter(in_order(session)), None)
        return None if first is None else first.id


def count_busy() -> int:
    """Return how many runs have a worker."""
    with reading() as session:
        return len(busy(session))


def queued_summaries(
    session: Session, wait: Mapping[int, Turn], after: int, most: int
) -> list[dict[str, Any]]:
    """Return summaries of at most ``most`` waiting runs behind the first ``after``, in order.

    ``wait`` is ``turns(session)``.
    """
    numbers = [number for number, turn in wait.items() if after < turn.place <= after + most]
    query = sa.select(RunRow).where(RunRow.number.in_(numbers))
    rows = {row.number: row for row in session.scalars(query)}
    return [summary(rows[number], wait[number]) for number in numbers]


def queued_behind(after: int, most: int) -> list[tuple[int, Turn]]:
    """Return number and turn of at most ``most`` waiting runs behind the first ``after``."""
    with reading() as session:
        wait = LINE.get().turns(session)
    return [(number, turn) for number, turn in wait.items() if after < turn.place <= after + most]


def still_queued(session: Session, number: int, turn: Turn) -> dict[str, Any] | None:
    """Return the summary of the run with that turn; None if it no longer waits."""
    row = session.get(RunRow, number)
    return summary(row, turn) if row is not None and row.status == "queued" else None


def summary(row: RunRow, turn: Turn | None) -> dict[str, Any]:
    """Return the run in the form of ``schemas.run.Run``, before ``as_seen``.

    Its error is still in English, and its owner is the name in the row.
    """
    return {
        "id": row.id,
        "name": row.name,
        "source": row.source,
        "status": row.status,
        "config": {**row.config, "name": row.name},
        "created_at": iso(row.created_at),
        "started_at": iso(row.started_at),
        "ended_at": iso(row.ended_at),
        "params": row.params,
        "epoch": row.epoch,
        "epochs": row.epochs,
        "eta_seconds": eta_seconds(row),
        "queue_position": turn.place if turn else None,
        "wait_seconds": turn.wait_seconds if turn else None,
        "wait_least_seconds": turn.wait_least_seconds if turn else None,
        "latest": row.latest,
        "best": row.best,
        "test": row.test,
        "diverged": has_diverged(row),
        "error": {"msgid": row.error, "values": row.error_values} if row.error else None,
        "owner": row.owner,
        "owned": is_owner(row.owner),
        "attempt": row.attempt,
        "last_seq": row.last_seq,
        "disk_bytes": row.disk_bytes,
    }


def has_diverged(row: RunRow) -> bool:
    """Return whether its newest loss is not finite: the test's, or that of its newest epoch.

    The newest epoch counts on the validation images as well.
    """
    if row.test is not None:
        return bool(row.test["loss"] is None)
    if row.epoch == 0:
        return False
    validated = row.config["fit"]["validation_split"] > 0
    return row.latest["loss"] is None or (validated and row.latest["val_loss"] is None)


def as_seen(run: dict[str, Any], who: str | None) -> dict[str, Any]:
    """Return the summary for the owner ``who``: whether the run is theirs, and its error
    translated.
    """
    owner = {"mine": who is not None and run["owner"] == who, "name": None}
    error = run["error"]
    if error is not None:
        error = {"message": gettext(error["msgid"], **(error["values"] or {}))}
    return {**run, "error": error, "owner": owner}


def events_after(
    run_id: str, after: int = 0, limit: int = EVENTS_AT_ONCE, types: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], int]:
    """Return the run's first events with a ``seq`` above ``after``, and its last ``seq``.

    ``types``: only events of these; none: of all. Raises NotFound.
    """
    with reading() as session:
        row = row_of(session, run_id)
        return events_of(session, row, after, limit, types), row.last_seq


def events_of(
    session: Session, row: RunRow, after: int, limit: int, types: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the same as ``events_after`` for a row."""
    query = (  # no objects of the ORM: a class that opens a run reads a thousand events each
        sa.select(EventRow.seq, EventRow.at, EventRow.body)
        .where(EventRow.run == row.number, EventRow.seq > after)
        .order_by(EventRow.seq)
        .limit(limit)
    )
    if types:
        query = query.where(EventRow.body["type"].as_string().in_(types))
    return [_event(row.id, *event) for event in session.execute(query)]


def watch(run_id: str, after: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the run and its first events after ``after``, at one moment. Raises NotFound."""
    with reading() as session:
        row = row_of(session, run_id)
        turn = turn_of(session, row)
        run = as_seen(summary(row, turn), reader())
        return run, events_of(session, row, after, EVENTS_AT_ONCE)


def event_json(run_id: str, event: EventRow) -> dict[str, Any]:
    """Return the event as it is answered and pushed."""
    return _event(run_id, event.seq, event.at, event.body)


def _event(run_id: str, seq: int, at: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"run_id": run_id, "seq": seq, "at": iso(at), **body}


def busy(session: Session) -> Sequence[RunRow]:
    """Return the runs that have a worker, oldest first."""
    query = sa.select(RunRow).where(RunRow.status.in_(BUSY)).order_by(RunRow.number)
    return session.scalars(query).all()


def newest_checkpoint(session: Session, row: RunRow) -> CheckpointRow | None:
    """Return the checkpoint with the latest weights, or None."""
    query = sa.select(CheckpointRow).where(CheckpointRow.run == row.number)
    newest_first = (CheckpointRow.epoch.desc(), CheckpointRow.part.desc())
    return session.scalar(query.order_by(*newest_first).limit(1))


def checkpoints_of(session: Session, row: RunRow) -> Sequence[CheckpointRow]:
    """Return all registered checkpoints."""
    return session.scalars(sa.select(CheckpointRow).where(CheckpointRow.run == row.number)).all()


def is_over(row: RunRow) -> bool:
    """Return whether the run has ended."""
    return row.status in TERMINAL
