"""The values of a run's error are stored beside its msgid; they were part of the sentence."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OVER = (
    "The training used %(used)s GB of memory; a run may use %(allowed)s GB on this machine, "
    "so it was ended."
)
"""The only sentence with values that was stored before this step."""

FILLED = re.compile(
    r"The training used (?P<used>\S+) GB of memory; a run may use (?P<allowed>\S+) GB on this "
    r"machine, so it was ended\."
)

RUNS = sa.table(
    "runs",
    sa.column("number", sa.BigInteger()),
    sa.column("error", sa.Text()),
    sa.column("error_values", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    """Step forward."""
    op.add_column("runs", sa.Column("error_values", sa.JSON(none_as_null=True), nullable=True))
    connection = op.get_bind()
    query = sa.select(RUNS.c.number, RUNS.c.error).where(RUNS.c.error.like("The training used %"))
    for number, error in connection.execute(query).all():
        found = FILLED.fullmatch(error)
        if found:
            changed = {"error": OVER, "error_values": found.groupdict()}
            connection.execute(sa.update(RUNS).where(RUNS.c.number == number).values(changed))


def downgrade() -> None:
    """Step back."""
    connection = op.get_bind()
    query = sa.select(RUNS.c.number, RUNS.c.error, RUNS.c.error_values)
    for number, error, values in connection.execute(query.where(RUNS.c.error == OVER)).all():
        changed = {"error": error % values}
        connection.execute(sa.update(RUNS).where(RUNS.c.number == number).values(changed))
    op.drop_column("runs", "error_values")
