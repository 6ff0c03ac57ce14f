"""The newest weights of a run, as questions to the predict worker name them.

They are asked for with every movement of a pen, so what the database says is remembered until a
signal tells that the run has changed. Every change of a run's status, epoch, name or being tells
one (``runs/changes.py``). The file is looked at each time: it may be replaced within an epoch.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext

from webapp.database import reading
from webapp.errors import Conflict
from webapp.runs import files
from webapp.runs.queries import newest_checkpoint, row_of, whole_checkpoints
from webapp.runs.signals import run_changed, run_deleted

MAX_REMEMBERED = 256
"""Runs remembered; the one that was not asked for longest is forgotten first."""


@dataclass(frozen=True)
class Weights:
    """The weights of a run after ``epoch``.

    ``key`` changes whenever the file does; ``status`` is the run's at that moment.
    """

    run_id: str
    epoch: int
    path: Path
    key: str
    config: dict[str, Any]
    status: str

    def as_model(self) -> dict[str, Any]:
        """The ``model`` of a question to the predict worker."""
        return {
            "run": self.run_id,
            "key": self.key,
            "epoch": self.epoch,
            "weights": str(self.path),
            "config": self.config,
        }

    def kept(self) -> list[tuple[int, str]]:
        """Epoch and file of each checkpoint of a whole epoch that is kept, ascending."""
        with reading() as session:
            run = row_of(session, self.run_id)
            return [
                (row.epoch, str(files.checkpoint_path(run.id, row.attempt, row.epoch)))
                for row in whole_checkpoints(session, run)
            ]


@dataclass(frozen=True)
class _Known:
    """What the database says; no ``path`` while there are no weights."""

    status: str
    config: dict[str, Any]
    epoch: int
    path: Path | None


class _Memory:
    """What is remembered of each run, until that run changes."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._changes = 0

    def of(self, run_id: str) -> _Known:
        """What is known of the run. Raises NotFound."""
        known = self._known.get(run_id)
        if known is None:
            changes = self._changes
            known = _read(run_id)
            if changes == self._changes:  # else this may be from before the change
                self._known[run_id] = known
                if len(self._known) > MAX_REMEMBERED:
                    self._known.popitem(last=False)
        else:
            self._known.move_to_end(run_id)
        return known

    def forget(self, run_id: str) -> None:
        """Ask the database the next time."""
        self._changes += 1
        self._known.pop(run_id, None)

    def on_changed(self, _app: object, run: dict[str, Any], hasty: bool) -> None:
        """Forget a run that has changed."""
        self.forget(run["id"])

    def on_deleted(self, _app: object, run_id: str) -> None:
        """Forget a run that is gone."""
        self.forget(run_id)


def init_app(app: Flask) -> None:
    """Let the application remember the newest weights."""
    memory = _Memory()
    app.extensions["inkling_weights"] = memory  # signals hold their listeners weakly
    run_changed.connect(memory.on_changed, app)
    run_deleted.connect(memory.on_deleted, app)


def forget(run_id: str) -> None:
    """The run has changed. Signals tell it, too, but in no order: who hears of an epoch first
    must get that epoch's weights, so ``recording`` calls this before it tells anybody."""
    _memory().forget(run_id)


def newest(run_id: str) -> Weights:
    """The newest weights of the run. Raises NotFound, and Conflict while there are none."""
    known = _memory().of(run_id)
    if known.path is None:
        raise waiting() if known.status == "queued" else _none_yet()
    try:
        stamp = known.path.stat().st_mtime_ns
    except OSError:
        raise Conflict("wrong_state", gettext("The model of this run is gone.")) from None
    key = f"{run_id}.{known.epoch}.{stamp}"
    return Weights(run_id, known.epoch, known.path, key, known.config, known.status)


def _memory() -> _Memory:
    memory: _Memory = current_app.extensions["inkling_weights"]
    return memory


def waiting() -> Conflict:
    """The refusal of a run that waits in the queue."""
    return Conflict("wrong_state", gettext("This run is still waiting in the queue."))


def _none_yet() -> Conflict:
    return Conflict("wrong_state", gettext("This run has no model yet."))


def _read(run_id: str) -> _Known:
    """Ask the database. Raises NotFound."""
    with reading() as session:
        run = row_of(session, run_id)
        row = newest_checkpoint(session, run)
        config = {**run.config, "name": run.name}
        if row is None:
            return _Known(run.status, config, 0, None)
        path = files.checkpoint_path(run.id, row.attempt, row.epoch, row.part)
        return _Known(run.status, config, row.epoch, path)
