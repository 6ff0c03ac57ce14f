"""The time left is estimated from the pace after the network was compiled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step forward."""
    op.add_column("runs", sa.Column("paced_from", sa.BigInteger(), nullable=True))
    op.add_column("runs", sa.Column("paced_progress", sa.Double(), nullable=True))


def downgrade() -> None:
    """Step back."""
    op.drop_column("runs", "paced_progress")
    op.drop_column("runs", "paced_from")
