"""Evaluations on the test set: each is computed once, and lies beside the weights it belongs to."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from webapp.runs import files, results
from webapp.runs.turns import Turns
from webapp.runs.weights import Weights, newest

log = logging.getLogger(__name__)
_turns = Turns()


def turn(weights: Weights) -> AbstractContextManager[None]:
    """While no other thread computes or keeps the evaluation of these weights."""
    return _turns.of(weights.key)


def known(weights: Weights) -> dict[str, Any] | None:
    """The evaluation of these very weights, if it was computed before (and the file is whole).

    One without a loss is of an older version, which scored weights that are not finite.
    """
    try:
        known: dict[str, Any] = json.loads(_file(weights).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return known if known["loss"] is not None else None


def remember(weights: Weights, answer: dict[str, Any]) -> None:
    """Keep an evaluation beside the weights; of the newest of a run that is over without a
    ``test``, it fills that."""
    try:
        _write(_file(weights), json.dumps(answer))
    except OSError as error:
        log.warning("an evaluation of run %s could not be kept: %s", weights.run_id, error)
    fill_test(weights, answer["loss"], answer["accuracy"])


def note_not_finite(weights: Weights) -> None:
    """These weights cannot be scored: so a run that is over without a ``test`` has diverged."""
    fill_test(weights, None, None)


def _file(weights: Weights) -> Path:
    return files.views_dir(weights.path) / files.EVALUATION


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def fill_test(weights: Weights, loss: float | None, accuracy: float | None) -> None:
    """The test of a run that has none, if these are its newest weights and it does not train on."""
    if weights.key == newest(weights.run_id).key:
        results.fill(weights.run_id, loss, accuracy)
