"""Deletes several runs for one request: each that can be, and says of the others why not."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.background import give_turn
from webapp.errors import ApiError
from webapp.runs import lifecycle, permission


def delete_several(run_ids: Iterable[str]) -> tuple[list[str], dict[str, ApiError]]:
    """Delete the runs that may and can be; return their ids, and why each other one stays.

    One after the other, each in a transaction of its own: training reports in between.
    """
    deleted: list[str] = []
    kept: dict[str, ApiError] = {}
    for run_id in dict.fromkeys(run_ids):
        try:
            permission.check(run_id)
            lifecycle.delete(run_id)
        except ApiError as error:
            kept[run_id] = error
        else:
            deleted.append(run_id)
        give_turn()
    return deleted, kept
