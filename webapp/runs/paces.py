"""How fast similar runs were on this machine: the basis of the waiting time in the queue.

Two runs are similar when their epochs take equally long: the same network, data, batch, loss and
optimizer. The newest similar ones count: how far they are apart tells what else trained meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.database import AttemptRow, RunRow, reading
from webapp.services import Service

HISTORY = 200
"""The number of newest runs that are read."""

MAX_KINDS = 10_000
"""The kinds cached by run; the cache is cleared when there are more."""

KINDS: Service[dict[str, bytes]] = Service("kinds of runs", dict)
"""By run: equal for runs whose epochs take equally long."""


SIMILAR = 3
"""The number of newest similar runs that count."""


class Pace(NamedTuple):
    """The seconds of a run apart from its epochs (start and test), and per epoch."""

    around: float
    epoch: float

    def seconds(self, epochs: float) -> float:
        """Return the total seconds of ``epochs`` epochs."""
        return self.around + max(0.0, epochs) * self.epoch


def paces(session: Session, run_ids: Sequence[str]) -> dict[str, list[Pace]]:
    """Return the paces of similar earlier runs, the newest first, for those runs that have any."""
    before = _before(session)
    kinds = _kinds(session, {*run_ids, *before})
    of_kind: dict[bytes, list[Pace]] = defaultdict(list)
    for run_id, pace in before.items():  # newest first
        of_kind[kinds[run_id]].append(pace)
    return {
        run_id: of_kind[kinds[run_id]][:SIMILAR] for run_id in run_ids if kinds[run_id] in of_kind
    }


def estimate(config: dict[str, Any]) -> tuple[float, float] | None:
    """Return the shortest and the longest time of similar earlier runs, with as many epochs as this
    configuration; None where there are none.
    """
    with reading() as session:
        before = _before(session)
        kinds = _kinds(session, before)
    kind, epochs = kind_of(config), config["fit"]["epochs"]
    similar = [pace for run_id, pace in before.items() if kinds[run_id] == kind][:SIMILAR]
    seconds = [round(pace.seconds(epochs), 1) for pace in similar]
    return (min(seconds), max(seconds)) if seconds else None


def _before(session: Session) -> dict[str, Pace]:
    """Return what the newest runs with a finished epoch took, by id, newest first."""
    ended = sa.case((RunRow.status == "finished", RunRow.ended_at - RunRow.epoch_at), else_=0)
    around = RunRow.timed_from - AttemptRow.started_at + ended
    epoch = (RunRow.epoch_at - RunRow.timed_from) / (RunRow.epoch - RunRow.from_epoch)
    attempt = sa.and_(AttemptRow.run == RunRow.number, AttemptRow.attempt == RunRow.attempt)
    query = (
        sa.select(RunRow.id, around, epoch)
        .join(AttemptRow, attempt)
        .where(RunRow.epoch > RunRow.from_epoch, RunRow.timed_from.is_not(None))
        .order_by(RunRow.number.desc())
        .limit(HISTORY)
    )
    rows: Iterable[Any] = session.execute(query)
    return {
        run_id: Pace(max(0, ms_around) / 1000, float(ms_epoch) / 1000)
        for run_id, ms_around, ms_epoch in rows
    }


def _kinds(session: Session, run_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the runs' kinds; each configuration is parsed only once, for it never changes."""
    known = KINDS.get()
    missing = [run_id for run_id in run_ids if run_id not in known]
    if len(known) > MAX_KINDS:
        known.clear()
        missing = list(run_ids)
    for start in range(0, len(missing), 500):
        some = missing[start : start + 500]
        query = sa.select(RunRow.id, RunRow.config).where(RunRow.id.in_(some))
        known.update((run_id, kind_of(config)) for run_id, config in session.execute(query))
    return known


def kind_of(config: dict[str, Any]) -> bytes:
    """Return a key that is equal for configurations whose epochs take equally long."""
    dataset, compiled, fit = config["dataset"], config["compile"], config["fit"]
    decides = (
        [dataset["name"], dataset["train_samples"]],
        config["layers"],
        [compiled["optimizer"]["name"], compiled["loss"]],
        [fit["batch_size"], fit["validation_split"]],
    )
    return hashlib.blake2b(json.dumps(decides, sort_keys=True).encode(), digest_size=16).digest()
