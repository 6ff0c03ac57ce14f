"""The columns of the list of runs (``schemas.columns``) as expressions that a database sorts by.

Portable: JSON by SQLAlchemy's own paths, numbers as floating point (a seed exceeds PostgreSQL's
INTEGER), flags as 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from webapp.database import RunRow
from webapp.schemas.columns import COLUMNS, OTHERS, Column

Expression = sa.ColumnElement[Any]

CREATED: Expression = RunRow.number.expression
"""Runs are numbered as they are created; no two are equal."""


def _of_config(column: Column) -> Expression:
    """Return a field of the configuration; NULL where a run has none."""
    value = RunRow.config[column.path]
    found: Expression = value.as_string()
    if column.kind == "number":
        found = value.as_float()
    elif column.kind == "flag":
        found = sa.cast(value.as_boolean(), sa.Integer)
    elif column.path[-1] == "name":  # a loss is written as its name alone if that says everything
        found = sa.func.coalesce(found, RunRow.config[column.path[:-1]].as_string())
    return found


_OF_RUNS: dict[str, Expression] = {
    "created_at": CREATED,
    "name": sa.func.lower(RunRow.name),
    "status": RunRow.status.expression,
    "test_accuracy": RunRow.test["accuracy"].as_float(),
    "test_loss": RunRow.test["loss"].as_float(),
    "val_accuracy": RunRow.best["val_accuracy"].as_float(),
    "val_loss": RunRow.latest["val_loss"].as_float(),
    "accuracy": RunRow.latest["accuracy"].as_float(),
    "loss": RunRow.latest["loss"].as_float(),
    "epoch": RunRow.epoch.expression,
    "epochs": RunRow.epochs.expression,
    "seconds": RunRow.ended_at - RunRow.started_at,
    "disk_bytes": RunRow.disk_bytes.expression,
    "layers": sa.func.json_array_length(RunRow.config["layers"]),
    "params": RunRow.params.expression,
}

EXPRESSIONS: Mapping[str, Expression] = {
    column.name: _OF_RUNS[column.name] if column.name in _OF_RUNS else _of_config(column)
    for column in (*COLUMNS.values(), *OTHERS)
}
