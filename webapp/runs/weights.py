"""The weights of a run, the newest or a chosen epoch's, as questions to workers name them.

They are asked for with every movement of a pen, so what the database says is remembered until a
signal tells that the run has changed. Every change of a run's status, epoch, name or being tells
one (``runs/changes.py``). The file is looked at each time: it may be replaced within an epoch.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from flask import Flask
from flask_babel import gettext

from webapp.database import reading
from webapp.errors import Conflict, NotFound
from webapp.runs import files
from webapp.runs.queries import checkpoints_of, row_of
from webapp.runs.signals import run_changed, run_deleted
from webapp.services import services

Named = Literal["newest", "best"]
NAMED: tuple[str, ...] = get_args(Named)

Chosen = int | Named
"""Which weights: those of an epoch, of the best one, or the newest."""

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
    slot: str
    """The newest weights of a run take the place of older ones; those of a chosen epoch do not."""

    def as_model(self) -> dict[str, Any]:
        """The ``model`` of a question to the predict worker."""
        return {
            "slot": self.slot,
            "key": self.key,
            "epoch": self.epoch,
            "weights": str(self.path),
            "config": self.config,
        }

    def kept(self) -> list[tuple[int, str]]:
        """Epoch and file of each checkpoint of a whole epoch that is kept, ascending."""
        return [
            (epoch, str(path)) for epoch, path in services().weights.of(self.run_id).whole.items()
        ]


@dataclass(frozen=True)
class _Known:
    """What the database says: the ``newest`` weights, where there are any, those of each ``whole``
    epoch, ascending, and which epoch was the best."""

    status: str
    config: dict[str, Any]
    newest: tuple[int, Path] | None
    whole: dict[int, Path]
    best: int | None


class Memory:
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
    memory = Memory()
    services(app).weights = memory  # signals hold their listeners weakly
    run_changed.connect(memory.on_changed, app)
    run_deleted.connect(memory.on_deleted, app)


def forget(run_id: str) -> None:
    """The run has changed. Signals tell it, too, but in no order: who hears of an epoch first
    must get that epoch's weights, so ``recording`` calls this before it tells anybody."""
    services().weights.forget(run_id)


def newest(run_id: str) -> Weights:
    """The newest weights of the run. Raises NotFound, and Conflict while there are none."""
    known = services().weights.of(run_id)
    if known.newest is None:
        raise waiting() if known.status == "queued" else _none_yet()
    weights = _weights(run_id, known, *known.newest, slot=run_id)
    if weights is None:
        raise Conflict("wrong_state", gettext("The model of this run is gone."))
    return weights


def of(run_id: str, chosen: Chosen) -> Weights:
    """The chosen weights of the run. Raises as ``newest``, and NotFound for an epoch whose
    checkpoint is not kept."""
    last = newest(run_id)
    if chosen == "newest":
        return last
    known = services().weights.of(run_id)
    epoch = known.best if chosen == "best" else chosen
    if epoch is None:
        raise Conflict("wrong_state", gettext("No epoch of this run is the best one yet."))
    path = known.whole.get(epoch)
    slot = f"{run_id} {epoch}"
    weights = None if path is None else _weights(run_id, known, epoch, path, slot)
    if weights is None:
        raise _not_kept(epoch, known)
    return weights


def _weights(run_id: str, known: _Known, epoch: int, path: Path, slot: str) -> Weights | None:
    """These weights; None where their file is gone."""
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return None
    key = f"{run_id}.{epoch}.{stamp}"
    return Weights(run_id, epoch, path, key, known.config, known.status, slot)


def _not_kept(epoch: int, known: _Known) -> NotFound:
    """The refusal of an epoch, with the nearest ones that are kept."""
    near = sorted(sorted(known.whole, key=lambda kept: abs(kept - epoch))[:2])
    message = gettext(
        "The weights of epoch %(epoch)s are not kept. The nearest that are: %(near)s.",
        epoch=epoch,
        near=", ".join(map(str, near)),
    )
    return NotFound("epoch_not_kept", message)


def waiting() -> Conflict:
    """The refusal of a run that waits in the queue."""
    return Conflict("wrong_state", gettext("This run is still waiting in the queue."))


def _none_yet() -> Conflict:
    return Conflict("wrong_state", gettext("This run has no model yet."))


def _read(run_id: str) -> _Known:
    """Ask the database. Raises NotFound."""
    with reading() as session:
        run = row_of(session, run_id)
        rows = checkpoints_of(session, run)
        paths = {
            (row.epoch, row.part): files.checkpoint_path(run.id, row.attempt, row.epoch, row.part)
            for row in rows
        }
        last = max(paths, default=None)
        return _Known(
            run.status,
            {**run.config, "name": run.name},
            None if last is None else (last[0], paths[last]),
            {epoch: path for (epoch, part), path in sorted(paths.items()) if not part},
            run.best["epoch"] if run.best else None,
        )
