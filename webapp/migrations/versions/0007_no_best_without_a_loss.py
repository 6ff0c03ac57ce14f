"""Runs that diverged: the best of them is the best epoch with a finite loss, and a test without
one has no accuracy. Biases that start as an orthogonal matrix are not offered any more: runs with
them failed before their first batch, and their configurations could not be read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")
CHANGED = ("best", "test", "config")


def upgrade() -> None:
    """Step forward."""
    json = sa.JSON(none_as_null=True)
    runs = sa.table("runs", sa.column("number"), *(sa.column(n, json) for n in CHANGED))
    connection = op.get_bind()
    for number, *columns in connection.execute(sa.select(*runs.c)).all():
        before = dict(zip(CHANGED, columns, strict=True))
        after = {
            "best": _best(connection, number, before["best"]),
            "test": _test(before["test"]),
            "config": _config(before["config"]),
        }
        if after != before:
            connection.execute(runs.update().where(runs.c.number == number).values(after))


def _best(connection: sa.Connection, run: int, best: Any) -> Any:
    """The best, found anew where it has no finite loss."""
    known = best is None or (best["loss"] is not None and _validated(best))
    return best if known else _found(connection, run)


def _validated(best: Any) -> bool:
    """Whether its validation, if there was one, has a finite loss."""
    return best["val_accuracy"] is None or best["val_loss"] is not None


def _found(connection: sa.Connection, run: int) -> Any:
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in ("epoch", *METRICS)]
    epochs = sa.table("epochs", sa.column("run"), sa.column("diverged"), *columns)
    score = sa.func.coalesce(epochs.c.val_accuracy, epochs.c.accuracy)
    query = sa.select(*columns).where(epochs.c.run == run, sa.not_(epochs.c.diverged))
    row = connection.execute(query.order_by(score.desc(), epochs.c.epoch).limit(1)).first()
    return None if row is None else dict(row._mapping)


def _test(test: Any) -> Any:
    return test if test is None or test["loss"] is not None else {"loss": None, "accuracy": None}


def _config(config: Any) -> Any:
    layers = [
        {**layer, "bias_initializer": "zeros"}
        if layer.get("bias_initializer") == "orthogonal"
        else layer
        for layer in config["layers"]
    ]
    return {**config, "layers": layers}


def downgrade() -> None:
    """Step back: what was wrong is not made wrong again."""
