"""The size of a run's files is kept in its row, so that the list shows it and sorts by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step forward."""
    op.add_column("runs", sa.Column("disk_bytes", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Step back."""
    op.drop_column("runs", "disk_bytes")
