"""The positions in a long queue are published: the nearest at once, all in the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import wait_until
from webapp.errors import DatabaseBusy
from webapp.runs import changes, control, lifecycle, moves, queries, signals
from webapp.runs.moves import MOVES
from webapp.schemas.config import RunConfig

NUMBER = 9


@pytest.fixture
def runs(config: dict[str, Any]) -> list[str]:
    parsed = RunConfig.model_validate(config)
    return [str(lifecycle.create(parsed, 1, "ann")["id"]) for _ in range(NUMBER)]


@pytest.fixture
def published(runs: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """The positions that are published from now on."""
    monkeypatch.setattr(changes, "AT_ONCE", 2)
    monkeypatch.setattr(moves, "SLICE", 3)
    received: list[tuple[int, int]] = []

    def receive(_app: object, run: dict[str, Any]) -> None:
        if run["queue_position"] is not None:
            received.append((runs.index(run["id"]), run["queue_position"]))

    with signals.run_moved.connected_to(receive):
        yield received


def rest(app: Flask) -> bool:
    """Whether the publishing thread has ended."""
    found = MOVES.get(app)
    return not found._running


def test_everybody_is_reported_in_order(app: Flask, runs: list[str], published: list[Any]) -> None:
    control.stop(runs[0])
    assert published[:2] == [(1, 1), (2, 2)]
    wait_until(lambda: rest(app))
    assert published == [(number, number) for number in range(1, NUMBER)]


def test_what_moves_meanwhile_is_reported_again(
    app: Flask, runs: list[str], published: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_seconds: float) -> None:
        begun.set()
        assert go_on.wait(10)

    monkeypatch.setattr(time, "sleep", wait)
    control.stop(runs[0])
    assert begun.wait(10)
    control.stop(runs[1])
    monkeypatch.undo()
    go_on.set()
    wait_until(lambda: rest(app))
    newest = dict(published)
    assert newest == {number: number - 1 for number in range(2, NUMBER)} | {1: 1}


def test_a_run_that_waits_no_more_is_not_reported(
    app: Flask, runs: list[str], published: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {number: row for number, row in enumerate(runs)}
    found = MOVES.get(app)
    monkeypatch.setattr(found, "_running", True)  # the test is the thread
    control.stop(ids[0])
    control.stop(ids[8])
    del published[:]
    found._publish()
    assert published == [(number, number) for number in range(3, 8)]


def test_a_database_that_is_busy_ends_nothing(
    app: Flask, runs: list[str], published: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: object) -> None:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(queries, "queued_behind", busy)
        control.stop(runs[0])
        wait_until(lambda: rest(app))
    control.stop(runs[1])
    wait_until(lambda: rest(app))
    assert (8, 7) in published
