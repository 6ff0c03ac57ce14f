"""Evaluations on the test set: each is computed once, and lies beside the weights it belongs to."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from webapp.runs import files
from webapp.runs.changes import changing
from webapp.runs.queries import BUSY
from webapp.runs.turns import Turns
from webapp.runs.weights import Weights, newest

log = logging.getLogger(__name__)
_turns = Turns()


def turn(weights: Weights) -> AbstractContextManager[None]:
    """While nobody else computes or keeps the evaluation of these weights."""
    return _turns.of(weights.key)


def known(weights: Weights) -> dict[str, Any] | None:
    """The evaluation of these very weights, if it was computed before (and the file is whole)."""
    try:
        known: dict[str, Any] = json.loads(_file(weights).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return known


def remember(weights: Weights, answer: dict[str, Any]) -> None:
    """Keep an evaluation beside the weights; of the newest of a run that is over without a
    ``test``, it fills that."""
    try:
        _write(_file(weights), json.dumps(answer))
    except OSError as error:
        log.warning("an evaluation of run %s could not be kept: %s", weights.run_id, error)
    if weights.key == newest(weights.run_id).key:
        _fill_test(weights.run_id, answer)


def _file(weights: Weights) -> Path:
    return files.views_dir(weights.path) / "evaluation.json"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def _fill_test(run_id: str, answer: dict[str, Any]) -> None:
    with changing(run_id) as change:
        row = change.row
        if row.test is None and row.status not in BUSY:
            row.test = {"loss": answer["loss"], "accuracy": answer["accuracy"]}
            change.changed = change.hasty = True
