"""Checkpoints: taking them in from the worker; what is known of the weights they hold."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask_babel import gettext

from webapp.background import offload
from webapp.database import reading, writing
from webapp.errors import NotFound, TooLarge, Unavailable
from webapp.runs import attempts, files
from webapp.runs.queries import BUSY, newest_checkpoint, row_of
from webapp.runs.weights import Weights

MAX_CHECKPOINT_BYTES = 2 * 1024**3
"""100 million parameters in single precision with Adam's two moments need 1.2 GB."""


def store(
    run_id: str,
    attempt: int,
    token: str,
    place: tuple[int, int],
    chunks: Iterable[bytes],
    size: int,
) -> None:
    """Keep the checkpoint of ``place`` (epoch, part) that a worker sends in pieces.

    ``size`` is how many bytes it announced. Durable when this returns. Raises as
    ``attempts.authorize``, TooLarge, and Unavailable (send it again) when it was cut on its way.
    """
    _check_attempt(run_id, attempt, token)
    target = files.checkpoint_path(run_id, attempt, *place)
    with files.incoming(target) as file:
        came = 0
        for chunk in chunks:
            came += len(chunk)
            if came > MAX_CHECKPOINT_BYTES:
                raise TooLarge("too_large", gettext("The checkpoint is too large."))
            file.write(chunk)
        if came != size:
            raise Unavailable("incomplete", gettext("The checkpoint was cut on its way."))
        _check_attempt(run_id, attempt, token)
        offload(files.keep, file, target)


def _check_attempt(run_id: str, attempt: int, token: str) -> None:
    """Check the token, and renew the lease: sending a big file is a sign of life, too."""
    with writing() as (session, _after):
        run, row = attempts.authorize(session, run_id, attempt, token)
        if run.status not in BUSY:
            raise attempts.stale()
        row.lease_until = attempts.lease_end()


def to_go_on_from(run_id: str, attempt: int, token: str) -> Path:
    """The file of the checkpoint from which the attempt goes on.

    Raises as ``attempts.authorize``, and NotFound where there is none.
    """
    with reading() as session:
        run, _row = attempts.authorize(session, run_id, attempt, token)
        row = newest_checkpoint(session, run)
        if row is None:
            raise NotFound
        return files.checkpoint_path(run_id, row.attempt, row.epoch, row.part)


def known_evaluation(weights: Weights) -> dict[str, Any] | None:
    """The evaluation of these very weights, if it was computed before."""
    with reading() as session:
        known = row_of(session, weights.run_id).evaluation
    return known["answer"] if known and known["key"] == weights.key else None


def remember_evaluation(weights: Weights, answer: dict[str, Any]) -> None:
    """Keep an evaluation on the run's row; it fills ``test`` of a run that is over without."""
    from webapp.runs.changes import changing

    with changing(weights.run_id) as change:
        row = change.row
        row.evaluation = {"key": weights.key, "answer": answer}
        if row.test is None and row.status not in BUSY:
            row.test = {"loss": answer["loss"], "accuracy": answer["accuracy"]}
            change.changed = change.hasty = True
