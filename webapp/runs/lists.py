"""The list of runs: searched, sorted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.database import DeletedRow, RunRow, reading
from webapp.runs.columns import CREATED, EXPRESSIONS
from webapp.runs.queries import summaries
from webapp.schemas.answers.run import IMPORTED
from webapp.schemas.lists import Cursor, Wanted

MOST_LAYERS = 8000
"""A page ends after so many layers; each takes half a kilobyte, and an answer is made at once."""

PART = 50
"""The rows read at a time."""


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
    column = EXPRESSIONS[wanted.sort.removeprefix("-")]
    with reading() as session:
        query = ordered(sa.select(RunRow.number).add_columns(column), wanted.sort, column)
        query = query.where(*_filters(wanted, owner)).limit(limit + 1)
        if cursor is not None:
            query = query.where(behind(column, cursor))
        if before is not None:
            query = query.where(RunRow.number < _number(session, before))
        places = [(number, value) for number, value in session.execute(query)]
        rows, answered = _fetch(session, [number for number, _value in places[:limit]])
        runs = summaries(session, rows)
    if answered == len(places):
        return runs, None
    number, value = places[answered - 1]
    return runs, Cursor(**wanted.model_dump(), value=value, number=number).sealed()


def _fetch(session: Session, numbers: Sequence[int]) -> tuple[list[RunRow], int]:
    """Return the runs of these numbers, fewer if networks are large, and of how many they are.

    A run may have been deleted since it was found: PostgreSQL shows that.
    """
    found: list[RunRow] = []
    layers = 0
    for start in range(0, len(numbers), PART):
        part = numbers[start : start + PART]
        query = sa.select(RunRow).where(RunRow.number.in_(part))
        rows = {row.number: row for row in session.scalars(query)}
        for place, number in enumerate(part, start):
            if layers > MOST_LAYERS:
                return found, place
            if number in rows:
                found.append(rows[number])
                layers += len(rows[number].config["layers"])
    return found, len(numbers)


def ordered(query: sa.Select[Any], sort: str, column: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the query in that order; among equals the newest first."""
    direction = column.desc() if sort.startswith("-") else column.asc()
    return query.order_by(direction.nulls_last(), RunRow.number.desc())


def behind(column: sa.ColumnElement[Any], cursor: Cursor) -> sa.ColumnElement[bool]:
    """Return the condition that a run comes after the cursor's."""
    down = cursor.sort.startswith("-")
    older = RunRow.number < cursor.number
    if column is CREATED:
        return older if down else RunRow.number > cursor.number
    if cursor.value is None:
        return sa.and_(column.is_(None), older)
    beyond = column < cursor.value if down else column > cursor.value
    return sa.or_(beyond, sa.and_(column == cursor.value, older), column.is_(None))


def _filters(wanted: Wanted, owner: str | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on a run."""
    found = [contains(word) for word in wanted.q.replace("\0", "").split()]
    if wanted.status:
        kinds: list[sa.ColumnElement[bool]] = [RunRow.status.in_(wanted.status)]
        if IMPORTED in wanted.status:
            kinds.append(RunRow.source == IMPORTED)
        found.append(sa.or_(*kinds))
    if wanted.mine:
        found.append(sa.false() if owner is None else RunRow.owner == owner)
    return found


def contains(word: str) -> sa.ColumnElement[bool]:
    """Return the condition that the word is in the texts of a run, ignoring case.

    The texts are searched as one: each conversion to lower case is a call from SQLite to Python. A
    word contains no space, so it is not found across two of them.
    """
    config = RunRow.config
    texts = (
        config[("dataset", "name")].as_string(),
        config[("compile", "optimizer", "name")].as_string(),
        config["layers"].as_string(),
    )
    whole: sa.ColumnElement[str] = RunRow.name.expression
    for text in texts:
        whole = whole + " " + sa.func.coalesce(text, "")
    return whole.icontains(word, autoescape=True)


def _number(session: Session, run_id: str) -> int:
    """Return the number of a run, also a deleted one. Raises KeyError for an unknown id."""
    for table in (RunRow, DeletedRow):
        number = session.scalar(sa.select(table.number).where(table.id == run_id))
        if number is not None:
            return int(number)
    raise KeyError(run_id)
