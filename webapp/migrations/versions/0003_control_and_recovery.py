"""Pausing, going on, changing the learning rate; checkpoints of a part of an epoch."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _added() -> list[sa.Column[Any]]:
    """The new columns of runs."""
    return [
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("queued_at", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("pause_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("pause_after_epoch", sa.BigInteger(), nullable=True),
        sa.Column("learning_rate", sa.Double(), nullable=True),
        sa.Column("learning_rate_change", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("extended_from", sa.BigInteger(), nullable=True),
        sa.Column("deaths", sa.BigInteger(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    """Step forward."""
    for column in _added():
        op.add_column("runs", column)
    op.execute("UPDATE runs SET queued_at = created_at")
    _rebuild_checkpoints(sa.Column("part", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Step back; checkpoints of a part of an epoch are forgotten."""
    op.execute("DELETE FROM checkpoints WHERE part > 0")
    _rebuild_checkpoints()
    for column in _added():
        op.drop_column("runs", column.name)


def _rebuild_checkpoints(*part: sa.Column[int]) -> None:
    """Make the table anew: SQLite cannot change a primary key."""
    op.rename_table("checkpoints", "checkpoints_before")
    op.create_table(
        "checkpoints",
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        *part,
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "epoch", *(column.name for column in part)),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO checkpoints (run, epoch, attempt) "
        "SELECT run, epoch, attempt FROM checkpoints_before"
    )
    op.drop_table("checkpoints_before")
