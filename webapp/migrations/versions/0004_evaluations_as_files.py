"""Evaluations lie beside their checkpoints; those of before are computed again when asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step forward."""
    op.drop_column("runs", "evaluation")


def downgrade() -> None:
    """Step back."""
    op.add_column("runs", sa.Column("evaluation", sa.JSON(none_as_null=True), nullable=True))
