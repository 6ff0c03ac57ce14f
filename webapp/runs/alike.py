"""Finds runs with a given configuration, so that a class need not train a lesson thirty times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.database import RunRow, reading
from webapp.runs.queries import as_seen, summary
from webapp.runs.waiting import turns_of
from webapp.security.owners import reader

LOOKED_AT = 400
"""How many runs with this number of parameters, newest first, are compared: each is read whole."""

DECIDES = ("dataset", "layers", "compile", "fit")
"""The parts that must be equal. Name and seed are a run's own; extending a run changes ``fit``."""


def alike(
    wanted: Mapping[str, tuple[int, Mapping[str, Any]]], most: int, owner: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Return the newest trained runs, at most ``most``, of each configuration in ``wanted``.

    ``wanted`` maps a key to the number of parameters and the configuration with its defaults; the
    result maps the same keys to summaries (``schemas.run.Run``). ``owner``: only runs of that owner
    (``owners.reader``).
    """
    found: dict[str, list[RunRow]] = {key: [] for key in wanted}
    with reading() as session:
        for row in _candidates(session, {params for params, _config in wanted.values()}, owner):
            for key, (_params, config) in wanted.items():
                if len(found[key]) < most and _same(row.config, config):
                    found[key].append(row)
        wait = turns_of(session, (row for rows in found.values() for row in rows))
        who = reader()
        return {
            key: [as_seen(summary(row, wait.get(row.number)), who) for row in rows]
            for key, rows in found.items()
        }


def _candidates(session: Session, params: set[int], owner: str | None) -> list[RunRow]:
    query = (
        sa.select(RunRow)
        .where(RunRow.source == "trained", RunRow.params.in_(params))
        .order_by(RunRow.number.desc())
        .limit(LOOKED_AT)
    )
    if owner is not None:
        query = query.where(RunRow.owner == owner)
    return list(session.scalars(query))


def _same(config: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(config[name] == other[name] for name in DECIDES)
