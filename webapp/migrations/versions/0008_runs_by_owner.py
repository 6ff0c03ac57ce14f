"""Runs are counted by who made them, and places of deleted ones forgotten in the end."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step forward."""
    op.create_index("ix_runs_owner_status", "runs", ["owner", "status"])
    op.create_index("ix_deleted_runs_number", "deleted_runs", ["number"])


def downgrade() -> None:
    """Step back."""
    op.drop_index("ix_deleted_runs_number", "deleted_runs")
    op.drop_index("ix_runs_owner_status", "runs")
