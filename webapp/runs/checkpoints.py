"""Checkpoints: storing what a worker uploads, and listing what there is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.background import offload
from webapp.configuration import memory
from webapp.database import EpochRow, RunRow, reading, writing
from webapp.errors import Conflict, NotFound, TooLarge, Unavailable
from webapp.runs import attempts, files, keeping
from webapp.runs.queries import checkpoints_of, newest_checkpoint, row_of
from webapp.schemas.config import RunConfig
from webapp.schemas.events import METRICS
from webapp.schemas.statuses import BUSY

LASTING_SECONDS = 20.0
"""An epoch called lasting is kept at least this long, however fast others come: time to test it."""

COMPILING_EPOCHS = 2
"""The epochs that may include compiling: the first, or, if each is a single batch, the second."""

COMPILING_SECONDS = 20.0
"""The time of an epoch that may be compiling, for a large convolution on a slow machine."""


def store(
    run_id: str,
    attempt: int,
    token: str,
    place: tuple[int, int],
    chunks: Iterable[bytes],
    size: int,
) -> None:
    """Store the checkpoint of ``place`` (epoch, part) that a worker uploads in chunks.

    ``size`` is the announced number of bytes. Durable when this returns. Raises as
    ``attempts.authorize``, TooLarge for more than the run's network can be, Conflict for an epoch
    that is too early, and Unavailable (send it again) for an incomplete upload.
    """
    _check_place(_check_attempt(run_id, attempt, token), place[0], size)
    target = files.checkpoint_path(run_id, attempt, *place)
    with files.incoming(target) as file:
        came = 0
        for chunk in chunks:
            came += len(chunk)
            file.write(chunk)
        if came != size:
            raise Unavailable("incomplete", gettext("The checkpoint arrived incomplete."))
        _check_attempt(run_id, attempt, token)
        offload(files.keep, file, target)


def _check_attempt(run_id: str, attempt: int, token: str) -> RunRow:
    """Check the token and renew the lease: uploading a big file is a sign of life, too."""
    with writing() as (session, _after):
        run, row = attempts.authorize(session, run_id, attempt, token)
        if run.status not in BUSY:
            raise attempts.stale()
        row.lease_until = attempts.lease_end()
        return run


def _check_place(run: RunRow, epoch: int, size: int) -> None:
    """Raise Conflict unless the epoch before was reported: that limits unreported checkpoints."""
    if size > memory.of_checkpoint(RunConfig.model_validate(run.config), run.params):
        raise TooLarge("too_large", gettext("The checkpoint is too large."))
    if epoch > run.epoch + 1:
        raise Conflict("epoch_out_of_order", gettext("An epoch is missing before this one."))


def checkpoint_to_resume(run_id: str, attempt: int, token: str) -> Path:
    """Return the file of the checkpoint from which the attempt resumes.

    Raises as ``attempts.authorize``, and NotFound when there is none.
    """
    with reading() as session:
        run, _row = attempts.authorize(session, run_id, attempt, token)
        row = newest_checkpoint(session, run)
        if row is None:
            raise NotFound
        return files.checkpoint_path(run_id, row.attempt, row.epoch, row.part)


def kept(run_id: str) -> list[dict[str, Any]]:
    """Return the checkpoints of complete epochs, ascending, with what was measured after each.

    ``{"epoch", "best", "newest", "lasting", "bytes"}`` and the measurements, null if there are
    none. Raises NotFound.
    """
    with reading() as session:
        run = row_of(session, run_id)
        rows = checkpoints_of(session, run)
        measured = _measured(session, run, [row.epoch for row in rows])
    found = files.checkpoints(run_id)
    paths = {
        row.epoch: files.checkpoint_path(run_id, row.attempt, row.epoch)
        for row in rows
        if not row.part
    }
    sizes = {epoch: found[path] for epoch, path in sorted(paths.items()) if path in found}
    newest = max((row.epoch for row in rows), default=None)
    best = run.best["epoch"] if run.best else None
    _newest, *others = bounds(run)
    lasting = keeping.lasting(sizes, _soon(run, measured.values()), *others)
    return [
        {
            "epoch": epoch,
            "best": epoch == best,
            "newest": epoch == newest,
            "lasting": epoch in lasting,
            "bytes": size,
            **{name: getattr(measured.get(epoch), name, None) for name in METRICS},
        }
        for epoch, size in sizes.items()
    ]


def bounds(run: RunRow) -> tuple[int, int, int, int]:
    """Return the input of ``keeping``: the newest epoch, the best, how many and how much."""
    settings = current_app.config["SETTINGS"]
    best = run.best["epoch"] if run.best else run.epoch
    quota = settings.checkpoint_quota * keeping.MB
    return run.epoch, best, settings.keep_checkpoints, quota


def _soon(run: RunRow, measured: Iterable[EpochRow]) -> int:
    """Return the last epoch that may be reached in the next ``LASTING_SECONDS``.

    By the shortest of the measured epochs. If all of them may have included compiling, that time is
    subtracted; if nothing is left, any epoch may be reached.
    """
    if run.status not in BUSY:
        return run.epoch
    shortest = min((row.seconds for row in measured), default=0.0)
    if run.epoch <= COMPILING_EPOCHS:
        shortest -= COMPILING_SECONDS
    if shortest <= 0:
        return run.epochs
    return min(run.epochs, run.epoch + math.ceil(LASTING_SECONDS / shortest))


def _measured(session: Session, run: RunRow, epochs: list[int]) -> dict[int, EpochRow]:
    query = sa.select(EpochRow).where(EpochRow.run == run.number, EpochRow.epoch.in_(epochs))
    return {row.epoch: row for row in session.scalars(query)}
