"""A database as after a year of use: runs stored at once, not trained."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from webapp.app import create_app, migrate
from webapp.configuration.presets import preset_configs
from webapp.database import Base, EpochRow, EventRow, RunRow, db, writing
from webapp.runs.curves import short
from webapp.schemas.config import RunConfig
from webapp.settings import Settings

STARTED = 1_790_000_000_000
BATCHES = 4
"""Batch events of an epoch: of four tenths of a second at ten a second."""
BATCH_MS = 100

EVALUATION = {
    "key": "0",
    "answer": {
        "loss": 0.1, "accuracy": 0.97, "samples": 1000,
        "confusion": [[97 if i == j else 0 for j in range(10)] for i in range(10)],
        "per_class": [{"precision": 0.97, "recall": 0.97, "f1": 0.97, "support": 100}] * 10,
    },
}  # fmt: skip


def run_id(number: int) -> str:
    """Return the id of the run with this number."""
    return f"{number:012x}"


def store(data_dir: Path, runs: int, epochs: int) -> None:
    """Create a data directory with ``runs`` finished runs; the newest one has ``epochs`` epochs.

    The others have twenty, and no events: a list of runs reads none.
    """
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(data_dir)}))
    migrate(app)
    with app.app_context():
        with writing() as (session, _after):
            rows = [_run(number, 20) for number in range(1, runs)] + [_run(runs, epochs)]
            session.execute(sa.insert(RunRow), rows)
            bodies = [(epoch, body) for epoch in range(1, epochs + 1) for body in _bodies(epoch)]
            events = [
                {"run": runs, "seq": seq, "at": STARTED + seq * BATCH_MS, "body": body}
                for seq, (_epoch, body) in enumerate(bodies, start=1)
            ]
            session.execute(sa.insert(EventRow), events)
            session.execute(sa.insert(EpochRow), [_columns(runs, e + 1) for e in range(epochs)])
        for engine in db.engines.values():
            engine.dispose()


def _run(number: int, epochs: int) -> dict[str, Any]:
    """Return a finished run of the lecture's network."""
    config = RunConfig.model_validate(preset_configs()["lecture"] | {"name": f"Run {number}"})
    stored = config.model_dump(mode="json") | {"seed": number}
    stored["fit"]["epochs"] = epochs
    stored["compile"]["optimizer"]["learning_rate"] = 0.001 * (1 + number % 20)
    metrics = {name: _epoch(epochs)[name] for name in ("loss", "accuracy")}
    metrics |= {name: _epoch(epochs)[name] for name in ("val_loss", "val_accuracy")}
    row = {column.name: None for column in Base.metadata.tables["runs"].c}
    return row | {
        "number": number, "id": run_id(number), "name": f"Run {number}", "source": "trained",
        "status": "finished", "config": stored, "params": 648_010, "created_at": STARTED,
        "started_at": STARTED, "ended_at": STARTED + epochs * (BATCHES + 1) * BATCH_MS,
        "epoch": epochs, "epochs": epochs, "progress": epochs, "from_epoch": 0, "attempt": 1,
        "latest": metrics, "best": {"epoch": epochs, **metrics},
        "test": {"loss": 0.1, "accuracy": 0.9 + number * 7919 % 1000 / 10_000},
        "evaluation": EVALUATION, "disk_bytes": 0,
        "last_seq": epochs * (BATCHES + 1),
    }  # fmt: skip


def _epoch(epoch: int) -> dict[str, Any]:
    """Return the measurements of an epoch: falling, with realistic noise."""
    unrest = math.sin(epoch * 12.9898) * 0.02
    loss = 0.05 + 2 / (1 + epoch / 30) + unrest
    return {
        "loss": loss, "accuracy": min(1.0, 1 - loss / 4), "val_loss": loss * 1.1 + unrest,
        "val_accuracy": min(1.0, 1 - loss / 3.6), "learning_rate": 0.001,
        "seconds": 0.4 + unrest, "diverged": False,
    }  # fmt: skip


def _bodies(epoch: int) -> Iterator[dict[str, Any]]:
    """Return the events of an epoch as they are stored."""
    columns = _epoch(epoch)
    for step in range(1, BATCHES + 1):
        loss = columns["loss"] + math.sin(epoch * 7.13 + step) * 0.05
        yield {
            "type": "batch", "epoch": epoch, "step": step * 9, "steps": BATCHES * 9,
            "loss": loss, "accuracy": columns["accuracy"] - 0.01,
        }  # fmt: skip
    columns.pop("diverged")
    yield {"type": "epoch", "epoch": epoch, **columns, "samples_per_second": 9000.0}


def _columns(run: int, epoch: int) -> dict[str, Any]:
    """Return the epoch as a row of the table of epochs."""
    numbers = {name: short(value) for name, value in _epoch(epoch).items()}
    return {"run": run, "epoch": epoch, **numbers, "diverged": False}
