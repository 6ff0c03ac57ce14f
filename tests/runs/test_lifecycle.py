"""A run's life: created, trained, stopped, renamed, deleted; its summary and its events."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker, batch_item
from webapp.errors import Conflict, NotFound
from webapp.runs import control, files, lifecycle, queries, recovery, signals
from webapp.schemas.answers.run import Run
from webapp.schemas.config import RunConfig


@pytest.fixture
def parsed(config: dict[str, Any]) -> RunConfig:
    return RunConfig.model_validate(config)


@pytest.fixture
def run_id(parsed: RunConfig) -> str:
    return str(lifecycle.create(parsed, 12_730)["id"])


def statuses(run_id: str) -> list[str]:
    events, _last = queries.events_after(run_id)
    return [event["status"] for event in events if event["type"] == "status"]


def test_a_new_run_waits(parsed: RunConfig) -> None:
    run = lifecycle.create(parsed, 12_730)
    assert Run.model_validate(run)
    assert (run["status"], run["queue_position"], run["last_seq"]) == ("queued", 1, 1)
    assert (run["epochs"], run["params"], run["source"]) == (2, 12_730, "trained")
    assert run["config"] == parsed.model_dump(mode="json")


def test_a_seed_is_drawn_and_recorded(parsed: RunConfig) -> None:
    seeds = {
        lifecycle.create(parsed.model_copy(update={"seed": None}), 1)["config"]["seed"]
        for _ in range(3)
    }
    assert len(seeds) == 3 and all(0 <= seed < 2**32 for seed in seeds)


def test_a_whole_training(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    worker.send(batch_item(step=5))
    worker.epoch(1, val_accuracy=0.8)
    worker.epoch(2, val_accuracy=0.7)
    worker.finish()
    run = queries.get(run_id)
    assert Run.model_validate(run)
    assert (run["status"], run["epoch"], run["attempt"]) == ("finished", 2, 1)
    assert run["best"]["epoch"] == 1 and run["latest"]["val_accuracy"] == 0.7
    assert run["test"] == {"loss": 0.5, "accuracy": 0.9}
    assert run["created_at"] <= run["started_at"] <= run["ended_at"]
    assert statuses(run_id) == ["queued", "starting", "running", "finished"]
    events, last = queries.events_after(run_id)
    assert [event["seq"] for event in events] == list(range(1, last + 1))


def test_stopping_while_waiting_is_at_once(run_id: str) -> None:
    assert control.stop(run_id)["status"] == "stopped"
    assert queries.get(run_id)["queue_position"] is None
    with pytest.raises(Conflict):
        control.stop(run_id)


def test_stopping_while_training_is_reported_to_the_worker(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    assert not worker.send().commands.stop
    assert control.stop(run_id)["status"] == "running"
    assert worker.send().commands.stop
    assert worker.finish("stopped").commands.stop
    assert queries.get(run_id)["status"] == "stopped"
    assert queries.get(run_id)["test"] is not None


def test_places_in_the_queue_move_up(parsed: RunConfig) -> None:
    runs = [lifecycle.create(parsed, 1)["id"] for _ in range(3)]
    assert [run["queue_position"] for run in queries.page()] == [3, 2, 1]
    reported: list[tuple[str, int]] = []

    def receive(_app: object, run: dict[str, Any], urgent: bool = True) -> None:
        reported.append((run["id"], run["queue_position"]))

    with signals.run_changed.connected_to(receive), signals.run_moved.connected_to(receive):
        control.stop(runs[0])
    assert reported == [(runs[0], None), (runs[1], 1), (runs[2], 2)]


def test_renaming(run_id: str) -> None:
    run = lifecycle.rename(run_id, "数字")
    assert run["name"] == run["config"]["name"] == "数字"


def test_deleting_takes_the_files(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    with pytest.raises(Conflict):
        lifecycle.delete(run_id)
    worker.finish()
    assert files.run_dir(run_id).exists()
    lifecycle.delete(run_id)
    assert not files.run_dir(run_id).exists()
    with pytest.raises(NotFound):
        queries.get(run_id)
    with pytest.raises(Conflict) as refused:
        worker.send(batch_item())
    assert refused.value.code == "stale_attempt"


def test_numbers_are_not_used_again(parsed: RunConfig) -> None:
    first = lifecycle.create(parsed, 1)["id"]
    lifecycle.delete(first)
    second = lifecycle.create(parsed, 1)["id"]
    assert queries.events_after(second)[1] == 1


def test_the_newest_come_first(parsed: RunConfig) -> None:
    ids = [lifecycle.create(parsed, 1)["id"] for _ in range(5)][::-1]
    assert [run["id"] for run in queries.page(2)] == ids[:2]


def test_the_message_is_in_the_readers_language(app: Flask, run_id: str) -> None:
    worker = Worker(run_id)
    recovery.ended(run_id, worker.attempt, recovery.DIED, for_good=True)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert queries.get(run_id)["error"]["message"] == str(recovery.DIED)


def test_the_rest_is_estimated_from_the_pace_after_compiling(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"ms": 1_000_000}
    for module in ("changes", "clock", "recording", "attempts"):
        monkeypatch.setattr(f"webapp.runs.{module}.now", lambda: clock["ms"])
    worker = Worker(run_id)
    worker.begin()
    assert queries.get(run_id)["eta_seconds"] is None
    clock["ms"] += 1000
    worker.send(batch_item(step=1, steps=10))
    clock["ms"] += 100_000
    assert queries.get(run_id)["eta_seconds"] is None, "the network is being compiled"
    worker.send(batch_item(step=3, steps=10))
    assert queries.get(run_id)["eta_seconds"] is None, "it was compiled meanwhile"
    clock["ms"] += 2000
    worker.send(batch_item(step=5, steps=10))
    assert queries.get(run_id)["eta_seconds"] == 15.0
    clock["ms"] += 5000
    worker.epoch(1)
    assert queries.get(run_id)["eta_seconds"] == 10.0
    worker.finish()
    assert queries.get(run_id)["eta_seconds"] is None
