"""Evaluations on the test set: each is computed once and stored beside its weights."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from webapp.runs import files, results, sizes
from webapp.runs.turns import Turns
from webapp.runs.weights import Weights, newest

log = logging.getLogger(__name__)
_turns = Turns()


def turn(weights: Weights) -> AbstractContextManager[None]:
    """Hold the lock for the evaluation of these weights."""
    return _turns.of(weights.key)


def known(weights: Weights) -> dict[str, Any] | None:
    """Return the stored evaluation of these very weights, if it is complete.

    One without a loss is of an older version, which scored weights that are not finite.
    """
    try:
        known: dict[str, Any] = json.loads(_file(weights).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return known if known["loss"] is not None else None


def remember(weights: Weights, answer: dict[str, Any]) -> None:
    """Store an evaluation beside the weights.

    If they are the newest of a run that is over without a ``test``, set that, too.
    """
    try:
        _write(_file(weights), json.dumps(answer))
        sizes.changed([weights.run_id])
    except OSError as error:
        log.warning("Could not store an evaluation of run %s: %s", weights.run_id, error)
    fill_test(weights, answer["loss"], answer["accuracy"])


def note_not_finite(weights: Weights) -> None:
    """Record that these weights cannot be scored: the test of an untested run has diverged."""
    fill_test(weights, None, None)


def _file(weights: Weights) -> Path:
    return files.views_dir(weights.path) / files.EVALUATION


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def fill_test(weights: Weights, loss: float | None, accuracy: float | None) -> None:
    """Set the test of a run that has none, if these are its newest weights and it is over."""
    if weights.key == newest(weights.run_id).key:
        results.fill(weights.run_id, loss, accuracy)
