"""Sizes on disk are measured where files change, and kept in the run's row."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.fakes.doubles import Worker, archive, wait_until
from webapp.database import RunRow, writing
from webapp.runs import evaluations, exports, files, lifecycle, queries, signals, sizes, weights
from webapp.runs.kept_views import KeptViews
from webapp.runs.sizes import SIZES
from webapp.schemas.config import RunConfig


def size_of(run_id: str) -> Any:
    """What the list shows."""
    return queries.get(run_id)["disk_bytes"]


def on_disk(run_id: str) -> int:
    """The bytes that there are."""
    return sum(one.stat().st_size for one in files.run_dir(run_id).rglob("*") if one.is_file())


def measure() -> None:
    SIZES.get().measure()


def test_checkpoints_count_and_those_that_are_dropped_do_not(worker: Worker) -> None:
    assert size_of(worker.run_id) is None
    seen = []
    for epoch in range(1, 31):
        worker.epoch(epoch)
        measure()
        assert size_of(worker.run_id) == on_disk(worker.run_id) > 0
        seen.append(size_of(worker.run_id))
    assert seen[0] < seen[10] and seen[-1] < 30 * seen[0], "some were dropped"


def test_a_run_that_was_never_started_takes_none(config: dict[str, Any]) -> None:
    run_id = lifecycle.create(RunConfig.model_validate(config), 1)["id"]
    measure()
    assert size_of(run_id) == 0


def test_an_imported_model_counts(app: Flask, config: dict[str, Any]) -> None:
    path = app.config["DATA_DIR"] / "new.npz"
    path.write_bytes(archive())
    run_id = lifecycle.adopt(RunConfig.model_validate(config), 1, path)["id"]
    measure()
    assert size_of(run_id) == len(archive())


@pytest.fixture
def finished(worker: Worker) -> str:
    """A run that is over and measured."""
    worker.epoch(1)
    worker.finish()
    measure()
    return worker.run_id


def test_what_is_computed_of_a_run_counts(finished: str) -> None:
    before = size_of(finished)
    own = weights.newest(finished)
    evaluations.remember(own, {"loss": 0.5, "accuracy": 0.5})
    measure()
    evaluated = size_of(finished)
    assert before < evaluated == on_disk(finished)
    with exports.turn(own, "h5") as path, pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "_is_whole", lambda path: True)
        with exports.making(path) as made:
            made.write_bytes(b"1" * 5000)
    measure()
    assert size_of(finished) == evaluated + 5000
    view = files.views_dir(own.path) / "map-1.json"
    view.write_bytes(b"2" * 300)
    SIZES.get().changed(KeptViews().added(view))
    measure()
    assert size_of(finished) == evaluated + 5300 == on_disk(finished)


def test_only_a_size_that_is_new_is_published(finished: str) -> None:
    published: list[Any] = []

    def receive(_app: object, run: dict[str, Any]) -> None:
        published.append((run["id"], run["disk_bytes"], run["status"]))

    with signals.run_measured.connected_to(receive):
        sizes.changed([finished, "deleted"])
        measure()
        assert published == []
        (files.run_dir(finished) / "more").write_bytes(b"3" * 10)
        sizes.changed([finished])
        measure()
    assert published == [(finished, on_disk(finished), "finished")]


def test_the_thread_measures_all_at_the_start_and_what_changes_then(
    app: Flask, finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may have been killed before it measured; sizes of older versions are unknown."""
    monkeypatch.setattr(sizes, "REST_SECONDS", 0.01)
    with writing() as (session, _after):
        session.execute(sa.update(RunRow).values(disk_bytes=None))
    measuring = SIZES.get()
    measuring.start()
    try:
        wait_until(lambda: size_of(finished) == on_disk(finished))
        (files.run_dir(finished) / "more").write_bytes(b"3" * 10)
        sizes.changed([finished])
        wait_until(lambda: size_of(finished) == on_disk(finished))
    finally:
        measuring.stop()


def test_ten_thousand_folders_are_never_looked_at_for_a_list(
    finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: object) -> None:
        raise AssertionError("a list looked at the disk")

    monkeypatch.setattr(files, "run_dir", refuse)
    began = time.monotonic()
    assert queries.page()[0]["disk_bytes"] > 0
    assert time.monotonic() - began < 5
