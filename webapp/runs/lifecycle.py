"""Creates, imports, renames and deletes runs. Other changes: ``control``."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_babel import gettext

from webapp.background import offload
from webapp.database import CheckpointRow, RunRow, reading, writing
from webapp.errors import Conflict
from webapp.runs import bounds, files, names, room
from webapp.runs.changes import Change, changing
from webapp.runs.clock import now
from webapp.runs.queries import get
from webapp.runs.signals import send_signal, work_changed
from webapp.schemas.answers.run import IMPORTED, Source
from webapp.schemas.config import RunConfig
from webapp.schemas.events import METRICS
from webapp.schemas.statuses import BUSY, Status


def create(
    config: RunConfig, params: int, owner: str | None = None, origin: str | None = None
) -> dict[str, Any]:
    """Queue a new run of a checked configuration with ``params`` parameters; return the summary.

    A seed of None is drawn at random and stored. ``owner`` (``owners.maker``) may change the run,
    and decides about its place in the queue. A configuration without a name gets one; ``origin`` is
    the id of the run it was taken from. Raises TooManyRequests when too many wait, or are kept.
    """
    with writing() as (session, after):
        bounds.check_queued(session, owner)
        bounds.check_kept(session, owner)
        config = names.named(session, config, origin)
        row = _new_row(config, params, source="trained", status="queued")
        row.owner = owner
        session.add(row)
        session.flush()
        change = Change(session, row)
        change.set_status("queued")
        for call in change.notifications():
            after(call)
        after(lambda: send_signal(work_changed))
    return get(row.id)


def adopt(
    config: RunConfig, params: int, weights: Path, owner: str | None = None
) -> dict[str, Any]:
    """Store an imported model as a finished run; ``weights`` becomes its checkpoint.

    ``weights`` lies in the data directory and is moved. Returns the summary. Raises TooManyRequests
    when too many are kept, and Conflict when there is no space for another imported model.
    """
    with reading() as session:
        bounds.check_kept(session, owner)
    row = _new_row(config, params, source=IMPORTED, status="finished")  # never queued
    row.owner = owner
    with _files_of(row.id) as target, weights.open("rb+") as file:
        offload(files.keep, file, target)
        _store_imported(row)
    return get(row.id)


@contextmanager
def _files_of(run_id: str) -> Iterator[Path]:
    """Return the path of a new run's first checkpoint; its files are removed if the block fails."""
    target = files.checkpoint_path(run_id, 0, 0)
    try:
        target.parent.mkdir(parents=True)
        yield target
    except BaseException:
        offload(files.remove_run, files.run_dir(run_id))
        raise


def _store_imported(row: RunRow) -> None:
    """Store the row of a run whose checkpoint is stored, and publish it."""
    with writing() as (session, after):
        room.check_for(session, row.owner, row.params)
        session.add(row)
        session.flush()
        session.add(CheckpointRow(run=row.number, epoch=0, attempt=0))
        change = Change(session, row)
        change.set_status("finished")
        for call in change.notifications():
            after(call)


def _new_row(config: RunConfig, params: int, *, source: Source, status: Status) -> RunRow:
    """Return a row that is not stored yet."""
    stored = config.model_dump(mode="json")
    if stored["seed"] is None:
        stored["seed"] = secrets.randbelow(2**32)
    return RunRow(
        id=secrets.token_hex(6),
        name=config.name,
        source=source,
        status=status,
        config=stored,
        params=params,
        created_at=now(),
        queued_at=now(),
        epoch=0,
        epochs=config.fit.epochs,
        progress=0.0,
        from_epoch=0,
        latest=dict.fromkeys(METRICS),
        attempt=0,
        last_seq=0,
        learning_rate_change=0,
        deaths=0,
    )


def rename(run_id: str, name: str) -> dict[str, Any]:
    """Rename the run; return the summary. Raises NotFound."""
    with changing(run_id) as change:
        change.row.name = name
        change.changed = change.urgent = True
    return get(run_id)


def delete(run_id: str) -> None:
    """Delete the run, its events and its files. Raises NotFound, Conflict while it trains."""
    with changing(run_id) as change:
        if change.row.status in BUSY:
            raise Conflict(
                "wrong_state", gettext("This run is training. Stop it before you delete it.")
            )
        change.delete()
    offload(files.remove_run, files.run_dir(run_id))
