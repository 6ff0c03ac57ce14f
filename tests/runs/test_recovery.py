"""What becomes of a run whose worker is gone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.doubles import Worker, batch_item
from webapp.errors import Conflict
from webapp.runs import attempts, control, files, lifecycle, queries, recovery
from webapp.schemas.config import RunConfig
from webapp.schemas.sentences import Sentence


@pytest.fixture
def run_id(config: dict[str, Any]) -> str:
    config["fit"] = {"epochs": 50}
    return str(lifecycle.create(RunConfig.model_validate(config), 1)["id"])


def die(worker: Worker, reason: Sentence = recovery.DIED) -> str:
    """The worker is gone; the run's status."""
    recovery.ended(worker.run_id, worker.attempt, reason)
    return str(queries.get(worker.run_id)["status"])


def test_it_goes_on_from_its_newest_checkpoint(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    worker.epoch(1)
    worker.epoch(2)
    worker.send(batch_item(3))
    assert die(worker) == "queued"
    again = Worker(run_id)
    assert again.attempt == 2
    assert attempts.job(run_id, 2, again.token).from_epoch == 2
    with pytest.raises(Conflict) as refused:
        worker.epoch(3)
    assert refused.value.code == "stale_attempt"
    again.send({"type": "status", "status": "running", "from_epoch": 2})
    again.epoch(3)
    events, last = queries.events_after(run_id)
    assert [event["seq"] for event in events] == list(range(1, last + 1))
    assert [event["epoch"] for event in events if event["type"] == "epoch"] == [1, 2, 3]
    started = [event for event in events if event.get("status") == "starting"]
    assert [(event["attempt"], event["from_epoch"]) for event in started] == [(1, 0), (2, 2)]


def test_it_goes_on_before_others(run_id: str, config: dict[str, Any]) -> None:
    worker = Worker(run_id)
    worker.begin()
    lifecycle.create(RunConfig.model_validate(config), 1)
    die(worker)
    assert queries.next_queued() == run_id
    assert queries.get(run_id)["queue_position"] == 1


def test_three_deaths_in_a_row_are_no_accident(run_id: str) -> None:
    for end in ("queued", "queued", "failed"):
        worker = Worker(run_id)
        assert die(worker, recovery.KILLED) == end
    assert "killed" in queries.get(run_id)["error"]["message"]


def test_a_new_checkpoint_forgives(run_id: str) -> None:
    for epoch in range(1, 6):
        worker = Worker(run_id)
        if epoch == 1:
            worker.begin()
        worker.epoch(epoch)
        assert die(worker) == "queued"


def test_the_servers_end_is_nobodys_fault(run_id: str) -> None:
    for _ in range(5):
        assert die(Worker(run_id), recovery.SERVER_ENDED) == "queued"
        assert die(Worker(run_id), recovery.LOST) == "queued"


def test_a_worker_that_dies_of_a_pause_has_paused(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    control.pause(run_id)
    assert die(worker) == "paused"


def test_a_worker_that_dies_of_a_stop_has_another_chance_to_test(run_id: str) -> None:
    worker = Worker(run_id)
    control.stop(run_id)
    assert die(worker) == "queued"
    again = Worker(run_id)
    assert attempts.job(run_id, 2, again.token).commands.stop
    assert die(again) == "stopped"


def test_it_can_be_reported_that_it_would_only_happen_again(run_id: str) -> None:
    worker = Worker(run_id)
    recovery.ended(run_id, worker.attempt, recovery.DIED, for_good=True)
    assert queries.get(run_id)["status"] == "failed"


def test_a_run_that_was_given_back_goes_on(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    worker.checkpoint(0, part=1)
    worker.send({"type": "status", "status": "queued", "epoch": 0, "part": 1})
    assert die(worker) == "queued"
    assert queries.next_queued() == run_id
    again = Worker(run_id)
    assert attempts.job(run_id, 2, again.token).has_checkpoint


@pytest.mark.parametrize("damage", ["cut", "gone", "changed"])
def test_a_torn_checkpoint_gives_way_to_an_older_one(run_id: str, damage: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    worker.epoch(1)
    worker.epoch(2)
    path = files.checkpoint_path(run_id, 1, 2)
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(
            content[:-9] if damage == "cut" else content.replace(b"weights", b"wEights")
        )
    die(worker)
    message = recovery.drop_torn(run_id)
    assert message == str(recovery.TORN)
    begun = attempts.begin(run_id, message)
    assert begun is not None
    assert attempts.job(run_id, *begun).from_epoch == 1
    assert queries.events_after(run_id)[0][-1]["message"] == message


def test_an_epoch_that_is_trained_again_is_not_reported_again(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    worker.epoch(1)
    worker.epoch(2)
    files.checkpoint_path(run_id, 1, 2).write_bytes(b"")
    die(worker)
    recovery.drop_torn(run_id)
    again = Worker(run_id)
    again.send({"type": "status", "status": "running", "from_epoch": 1})
    again.epoch(2)
    again.epoch(3)
    events, _last = queries.events_after(run_id)
    assert [event["epoch"] for event in events if event["type"] == "epoch"] == [1, 2, 3]
    assert recovery.drop_torn(run_id) == ""


def test_a_sound_checkpoint_stays(run_id: str) -> None:
    worker = Worker(run_id)
    worker.begin()
    assert recovery.drop_torn(run_id) == ""
    assert files.checkpoint_path(run_id, 1, 0).is_file()


def evaluation(loss: float | None = 0.5, accuracy: float = 0.9) -> dict[str, Any]:
    return {"type": "evaluation", "loss": loss, "accuracy": accuracy, "diverged": loss is None}


def evaluations(run_id: str) -> list[Any]:
    events, _last = queries.events_after(run_id, types=["evaluation"])
    return [event["loss"] for event in events]


@pytest.mark.parametrize("loss", [0.5, None])
def test_a_test_that_is_made_again_is_reported_once(run_id: str, loss: float | None) -> None:
    """The worker dies between its test and its last word; the next one tests again."""
    worker = Worker(run_id)
    worker.begin()
    worker.epoch(1)
    worker.send(evaluation(loss))
    assert die(worker) == "queued"
    again = Worker(run_id)
    again.send({"type": "status", "status": "running", "from_epoch": 1})
    again.send(evaluation(loss and loss * (1 + 1e-9)), {"type": "status", "status": "finished"})
    assert evaluations(run_id) == [loss]
    assert queries.get(run_id)["test"]["accuracy"] == 0.9


def test_a_test_of_other_weights_is_reported(run_id: str) -> None:
    """A stop within an epoch whose checkpoint was lost; and a run that went on after its end."""
    worker = Worker(run_id)
    worker.begin()
    worker.send(evaluation(0.5))
    die(worker)
    again = Worker(run_id)
    again.send(evaluation(0.6), {"type": "status", "status": "stopped"})
    control.extend(run_id, 1)
    more = Worker(run_id)
    more.send(evaluation(0.6), {"type": "status", "status": "stopped"})
    control.extend(run_id, 1)
    last = Worker(run_id)
    last.epoch(1)
    last.send(evaluation(0.6), {"type": "status", "status": "finished"})
    assert evaluations(run_id) == [0.5, 0.6, 0.6, 0.6]
