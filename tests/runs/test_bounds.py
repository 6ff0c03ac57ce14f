"""How many runs may wait and how many are kept: of one maker, and of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.fakes.doubles import Worker, archive
from webapp.database import DeletedRow, reading
from webapp.errors import TooManyRequests
from webapp.runs import bounds, changes, control, lifecycle, queries
from webapp.schemas.config import RunConfig

Create = Callable[..., str]


@pytest.fixture
def create(config: dict[str, Any]) -> Create:
    """Queues a run of an owner's; its id."""

    def created(owner: str | None) -> str:
        return str(lifecycle.create(RunConfig.model_validate(config), 1, owner)["id"])

    return created


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(bounds.QUEUED, of_one=3, of_all=5, few=1, more=2)
    monkeypatch.setattr(bounds, "QUEUED", small)


def refused(do: Callable[[], object]) -> str:
    """The code with which it is refused."""
    with pytest.raises(TooManyRequests) as error:
        do()
    return error.value.code


@pytest.mark.usefixtures("_few")
def test_so_many_of_one_may_wait(create: Create) -> None:
    for _ in range(3):
        create("ann")
    assert refused(lambda: create("ann")) == "too_many_queued"
    assert create("ben")
    assert len(queries.page()) == 4, "nothing is left of what was refused"


@pytest.mark.usefixtures("_few")
def test_a_run_that_starts_makes_room(create: Create) -> None:
    first, *_others = [create("ann") for _ in range(3)]
    Worker(first)
    assert create("ann")


@pytest.mark.usefixtures("_few")
def test_all_together_may_have_so_many_but_who_has_few_gets_in(create: Create) -> None:
    for owner in ("ann", "ann", "ann", "ben", "ben"):
        create(owner)
    assert refused(lambda: create("ben")) == "too_many_queued"
    assert create("cho") and create("dan")
    assert refused(lambda: create("eve")) == "too_many_queued"


def paused(run_id: str) -> str:
    """The run, paused after its first epoch."""
    worker = Worker(run_id)
    worker.begin()
    worker.epoch(1)
    worker.send({"type": "status", "status": "paused", "epoch": 1})
    return run_id


@pytest.mark.usefixtures("_few")
def test_what_goes_on_needs_room_too(create: Create) -> None:
    resting, over = paused(create("ann")), Worker(create("ann"))
    over.begin()
    over.epoch(1)
    over.finish("stopped")
    for _ in range(3):
        create("ann")
    before = queries.get(over.run_id)
    for goes_on in (
        lambda: control.resume(resting),
        lambda: control.step(resting),
        lambda: control.extend(over.run_id, 2),
    ):
        assert refused(goes_on) == "too_many_queued"
    assert queries.get(resting)["status"] == "paused"
    assert queries.get(over.run_id) == before


@pytest.mark.usefixtures("_few")
def test_a_worker_that_gives_its_run_back_is_not_refused(create: Create) -> None:
    worker = Worker(create("ann"))
    worker.begin()
    for _ in range(3):
        create("ann")
    worker.send({"type": "status", "status": "queued"})
    assert queries.get(worker.run_id)["status"] == "queued"


def test_so_many_are_kept(
    create: Create, config: dict[str, Any], monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    monkeypatch.setattr(bounds, "KEPT", replace(bounds.KEPT, of_one=2, of_all=9))
    control.stop(create("ann"))
    create("ann")
    assert refused(lambda: create("ann")) == "too_many_runs"
    weights = app.config["DATA_DIR"] / "new.npz"
    weights.write_bytes(archive())
    parsed = RunConfig.model_validate(config)
    assert refused(lambda: lifecycle.adopt(parsed, 1, weights, "ann")) == "too_many_runs"
    assert weights.exists()
    assert lifecycle.adopt(parsed, 1, weights, "ben")
    lifecycle.delete(queries.page()[-1]["id"])
    assert create("ann")


def test_a_class_gets_in_beside_somebody_who_fills_the_queue() -> None:
    waiting = bounds.QUEUED.of_all
    for _student in range(200):
        for mine in range(bounds.QUEUED.few):
            bounds.QUEUED.check(mine, waiting)
            waiting += 1


def test_a_sweep_has_room() -> None:
    for mine in range(250):
        bounds.QUEUED.check(mine, mine)


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize(
    ("language", "begins"),
    [("en", "3 of these runs are waiting already."), ("zh", "已有 3 次这样的训练在排队。")],
)
def test_the_refusal_says_what_to_do(
    client: FlaskClient, config: dict[str, Any], language: str, begins: str
) -> None:
    headers = {"Accept-Language": language}
    for _ in range(3):
        assert client.post("/api/runs", json=config).status_code == 201
    answer = client.post("/api/runs", json=config, headers=headers)
    assert answer.status_code == 429
    error = answer.get_json()["error"]
    assert (error["code"], error["fields"]) == ("too_many_queued", [])
    assert error["message"].startswith(begins)


def test_all_at_an_ipv6_network_are_one_maker(
    client: FlaskClient, config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "QUEUED", replace(bounds.QUEUED, of_one=1))
    codes = [
        client.post(
            "/api/runs", json=config, environ_overrides={"REMOTE_ADDR": f"2001:db8::{number}"}
        ).status_code
        for number in (1, 2)
    ]
    assert codes == [201, 429]


def test_places_of_deleted_runs_are_forgotten_in_the_end(
    create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MAX_DELETED", 3)
    for _ in range(10):
        lifecycle.delete(create("ann"))
    with reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DeletedRow)) == 4
