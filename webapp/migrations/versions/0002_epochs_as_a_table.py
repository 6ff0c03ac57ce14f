"""epochs as a table: what a long run's curve is read from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step forward: the table, filled from the events that are there."""
    epochs = op.create_table(
        "epochs",
        sa.Column("run", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("val_loss", sa.Double(), nullable=True),
        sa.Column("val_accuracy", sa.Double(), nullable=True),
        sa.Column("learning_rate", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("diverged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "epoch"),
        sqlite_with_rowid=False,
    )
    events = sa.table("events", sa.column("run"), sa.column("body", sa.JSON))
    body = events.c.body
    numbers = [column.name for column in epochs.c if isinstance(column.type, sa.Double)]
    found = sa.select(
        events.c.run,
        body["epoch"].as_integer(),
        *(body[name].as_float() for name in numbers),
        sa.func.coalesce(body["diverged"].as_boolean(), sa.false()),
    ).where(body["type"].as_string() == "epoch")
    op.execute(epochs.insert().from_select(["run", "epoch", *numbers, "diverged"], found))


def downgrade() -> None:
    """Step back."""
    op.drop_table("epochs")
