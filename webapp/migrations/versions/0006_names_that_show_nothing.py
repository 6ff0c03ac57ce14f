"""Names of runs that show nothing are refused now; runs that have one get the usual name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp.schemas.texts import clean, is_visible

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNTITLED = "Untitled"


def upgrade() -> None:
    """Step forward: rename them, in the table and in the configuration."""
    runs = sa.table("runs", sa.column("number"), sa.column("name"), sa.column("config", sa.JSON))
    connection = op.get_bind()
    for number, name, config in connection.execute(sa.select(*runs.c)).all():
        if not (is_visible(clean(name)) and is_visible(clean(config["name"]))):
            named = {"name": UNTITLED, "config": {**config, "name": UNTITLED}}
            connection.execute(runs.update().where(runs.c.number == number).values(named))


def downgrade() -> None:
    """Step back: such names are not restored."""
