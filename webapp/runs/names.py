"""The names that runs get where nobody gave one: ``configuration.naming``, over the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.configuration.naming import Origin, distinct, name_of
from webapp.configuration.phrases import Difference, differences
from webapp.database import RunRow, reading
from webapp.runs.queries import row_of
from webapp.schemas.config import RunConfig

LOOKED_AT = 500
"""The newest runs from whose names a made one differs."""


def named(session: Session, config: RunConfig, origin: str | None = None) -> RunConfig:
    """Return the configuration with a name of its own if it has none.

    ``origin`` is the id of the run it was taken from, which may have been deleted.
    """
    if "name" in config.model_fields_set:
        return config
    made = name_of(config.model_dump(mode="json"), _origin(session, origin))
    return config.model_copy(update={"name": distinct(made, _newest(session))})


def preview(config: RunConfig, origin: str | None = None) -> str:
    """Return the name that a run of this configuration would get now."""
    with reading() as session:
        return named(session, config, origin).name


def duplicate(run_id: str) -> dict[str, Any]:
    """Return the run's configuration with a fresh name. Raises NotFound."""
    with reading() as session:
        row = row_of(session, run_id)
        made = name_of(row.config, Origin(row.name, row.config))
        return {**row.config, "name": distinct(made, _newest(session))}


def differing(config: RunConfig, run_id: str) -> list[Difference] | None:
    """Return in what the configuration differs from the run's; None: there is no such run."""
    with reading() as session:
        found = _origin(session, run_id)
        return None if found is None else differences(config.model_dump(mode="json"), found.config)


def _origin(session: Session, run_id: str | None) -> Origin | None:
    query = sa.select(RunRow.name, RunRow.config).where(RunRow.id == run_id)
    found = session.execute(query).first() if run_id else None
    return Origin(*found) if found else None


def _newest(session: Session) -> Sequence[str]:
    query = sa.select(RunRow.name).order_by(RunRow.number.desc()).limit(LOOKED_AT)
    return session.scalars(query).all()
