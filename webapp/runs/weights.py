"""The weights of a run, the newest or a chosen epoch's, as workers' questions name them.

They are needed with every movement of a pen, so what the database says is cached until a signal
reports a change of the run. Every change of a run's status, epoch, name or existence sends one
(``runs/changes.py``). The file is checked each time: it may be replaced within an epoch.
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
from webapp.services import Service

Named = Literal["newest", "best"]
NAMED: tuple[str, ...] = get_args(Named)

Chosen = int | Named
"""Which weights: those of an epoch, of the best one, or the newest."""

MAX_REMEMBERED = 256
"""The runs in the cache; the least recently used is dropped first."""


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
    """The newest weights of a run replace older ones; those of a chosen epoch do not."""

    def as_model(self) -> dict[str, Any]:
        """Return the ``model`` of a question to the predict worker."""
        return {
            "slot": self.slot,
            "key": self.key,
            "epoch": self.epoch,
            "weights": str(self.path),
            "config": self.config,
        }

    def kept(self) -> list[tuple[int, str]]:
        """Return epoch and file of each kept checkpoint of a complete epoch, ascending."""
        return [(epoch, str(path)) for epoch, path in WEIGHTS.get().of(self.run_id).whole.items()]


@dataclass(frozen=True)
class _Known:
    """What the database says of a run's weights.

    The ``newest`` ones, if any, those of each ``whole`` epoch, ascending, and which epoch was the
    best.
    """

    status: str
    config: dict[str, Any]
    newest: tuple[int, Path] | None
    whole: dict[int, Path]
    best: int | None


class WeightsCache:
    """A cache of what is known of each run, until that run changes."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._changes = 0

    def of(self, run_id: str) -> _Known:
        """Return what is known of the run. Raises NotFound."""
        known = self._known.get(run_id)
        if known is None:
            changes = self._changes
            known = _read(run_id)
            if changes == self._changes:  # else this may be older than the change
                self._known[run_id] = known
                if len(self._known) > MAX_REMEMBERED:
                    self._known.popitem(last=False)
        else:
            self._known.move_to_end(run_id)
        return known

    def forget(self, run_id: str) -> None:
        """Drop the run from the cache."""
        self._changes += 1
        self._known.pop(run_id, None)

    def on_changed(self, _app: object, run: dict[str, Any], urgent: bool) -> None:
        """Drop a run that has changed."""
        self.forget(run["id"])

    def on_deleted(self, _app: object, run_id: str) -> None:
        """Drop a run that was deleted."""
        self.forget(run_id)


WEIGHTS: Service[WeightsCache] = Service("weights")


def init_app(app: Flask) -> None:
    """Register the cache of weights."""
    memory = WEIGHTS.provide(app, WeightsCache())  # signals hold their listeners weakly
    run_changed.connect(memory.on_changed, app)
    run_deleted.connect(memory.on_deleted, app)


def forget(run_id: str) -> None:
    """Drop the run from the cache.

    Signals do so too, but in no order: a client that receives an epoch first must get that epoch's
    weights, so ``recording`` calls this before it publishes anything.
    """
    WEIGHTS.get().forget(run_id)


def newest(run_id: str) -> Weights:
    """Return the newest weights of the run. Raises NotFound, and Conflict while there are none."""
    known = WEIGHTS.get().of(run_id)
    if known.newest is None:
        raise waiting() if known.status == "queued" else _none_yet()
    weights = _weights(run_id, known, *known.newest, slot=run_id)
    if weights is None:
        raise Conflict("wrong_state", gettext("The model of this run was deleted."))
    return weights


def of(run_id: str, chosen: Chosen) -> Weights:
    """Return the chosen weights of the run.

    Raises as ``newest``, and NotFound for an epoch whose checkpoint is not kept.
    """
    last = newest(run_id)
    if chosen == "newest":
        return last
    known = WEIGHTS.get().of(run_id)
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
    """Return these weights; None if their file was deleted."""
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return None
    key = f"{run_id}.{epoch}.{stamp}"
    return Weights(run_id, epoch, path, key, known.config, known.status, slot)


def _not_kept(epoch: int, known: _Known) -> NotFound:
    """Return the refusal of an epoch, with the nearest kept ones."""
    near = sorted(sorted(known.whole, key=lambda kept: abs(kept - epoch))[:2])
    message = gettext(
        "The weights of epoch %(epoch)s are not kept. The nearest kept epochs: %(near)s.",
        epoch=epoch,
        near=", ".join(map(str, near)),
    )
    return NotFound("epoch_not_kept", message)


def waiting() -> Conflict:
    """Return the refusal of a run that waits in the queue."""
    return Conflict("wrong_state", gettext("This run is still waiting in the queue."))


def _none_yet() -> Conflict:
    return Conflict("wrong_state", gettext("This run has no model yet."))


def _read(run_id: str) -> _Known:
    """Query the database. Raises NotFound."""
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
