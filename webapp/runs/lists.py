"""The list of runs: searched, sorted, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.database import DeletedRow, RunRow, reading
from webapp.runs.queries import summaries
from webapp.schemas.answers.run import IMPORTED
from webapp.schemas.lists import Cursor, Wanted

MOST_LAYERS = 8000
"""A page ends after so many layers; each takes half a kilobyte, and an answer is made at once."""

PART = 50
"""The rows read at a time."""

_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    "created_at": RunRow.number.expression,
    "name": sa.func.lower(RunRow.name),
    "status": RunRow.status.expression,
    "params": RunRow.params.expression,
    "epoch": RunRow.epoch.expression,
    "epochs": RunRow.epochs.expression,
    "seconds": RunRow.ended_at - RunRow.started_at,
    "val_accuracy": RunRow.best["val_accuracy"].as_float(),
    "test_accuracy": RunRow.test["accuracy"].as_float(),
}


def page(
    wanted: Wanted,
    limit: int,
    *,
    owner: str | None = None,
    cursor: Cursor | None = None,
    before: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Return summaries of at most ``limit`` runs, and the cursor of the next page; None: there is
    none.

    ``owner`` is the client (``owners.reader``); ``before`` the id of a run, exclusive, which may
    have been deleted. Raises KeyError for an id that never existed.
    """
    column = _COLUMNS[wanted.sort.removeprefix("-")]
    with reading() as session:
        query = _sorted(sa.select(RunRow, column.label("value")), wanted.sort, column)
        query = query.where(*_filters(wanted, owner)).limit(limit + 1)
        if cursor is not None:
            query = query.where(_behind(column, cursor))
        if before is not None:
            query = query.where(RunRow.number < _number(session, before))
        found, more = _fetch(session, query, limit)
        runs = summaries(session, [row for row, _value in found])
    if not more:
        return runs, None
    row, value = found[-1]
    return runs, Cursor(**wanted.model_dump(), value=value, number=row.number).sealed()


def _fetch(
    session: Session, query: sa.Select[Any], limit: int
) -> tuple[list[tuple[RunRow, Any]], bool]:
    """Return at most ``limit`` rows, fewer if networks are large, and whether there are more."""
    found: list[tuple[RunRow, Any]] = []
    layers = 0
    with session.execute(query.execution_options(yield_per=PART)) as rows:
        for row, value in rows:
            if len(found) == limit or layers > MOST_LAYERS:
                return found, True
            found.append((row, value))
            layers += len(row.config["layers"])
    return found, False


def _sorted(query: sa.Select[Any], sort: str, column: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the query in that order; among equals the newest first."""
    direction = column.desc() if sort.startswith("-") else column.asc()
    return query.order_by(direction.nulls_last(), RunRow.number.desc())


def _behind(column: sa.ColumnElement[Any], cursor: Cursor) -> sa.ColumnElement[bool]:
    """Return the condition that a run comes after the cursor's."""
    down = cursor.sort.startswith("-")
    older = RunRow.number < cursor.number
    if column is _COLUMNS["created_at"]:
        return older if down else RunRow.number > cursor.number
    if cursor.value is None:
        return sa.and_(column.is_(None), older)
    beyond = column < cursor.value if down else column > cursor.value
    return sa.or_(beyond, sa.and_(column == cursor.value, older), column.is_(None))


def _filters(wanted: Wanted, owner: str | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on a run."""
    found = [_contains(word) for word in wanted.q.replace("\0", "").split()]
    if wanted.status:
        kinds: list[sa.ColumnElement[bool]] = [RunRow.status.in_(wanted.status)]
        if IMPORTED in wanted.status:
            kinds.append(RunRow.source == IMPORTED)
        found.append(sa.or_(*kinds))
    if wanted.mine:
        found.append(sa.false() if owner is None else RunRow.owner == owner)
    return found


def _contains(word: str) -> sa.ColumnElement[bool]:
    """Return the condition that the word is in the texts of a run, ignoring case."""
    config = RunRow.config
    texts = (
        RunRow.name,
        config[("dataset", "name")].as_string(),
        config[("compile", "optimizer", "name")].as_string(),
        config["layers"].as_string(),
    )
    return sa.or_(*(text.icontains(word, autoescape=True) for text in texts))


def _number(session: Session, run_id: str) -> int:
    """Return the number of a run, also a deleted one. Raises KeyError for an unknown id."""
    for table in (RunRow, DeletedRow):
        number = session.scalar(sa.select(table.number).where(table.id == run_id))
        if number is not None:
            return int(number)
    raise KeyError(run_id)
