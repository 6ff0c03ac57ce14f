"""Everything at once for half an hour: runs, watchers, predictions, kills.

Every run that ends is whole and equal to the undisturbed one; the web process' memory stays.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import whole
from tests.faults.conftest import Note
from tests.faults.harness import Inkling
from tests.faults.load import Load
from tests.faults.soak import WARM_UP, Trouble
from tests.faults.watchers import Watchers
from tests.faults.whole import Ended
from tests.live_server import wait_for
from webapp.schemas.statuses import TERMINAL

WATCHERS = 20
CLIENTS = 2
GROWTH = 0.05
KEPT_RUNS = 5
RUN_SECONDS = 300.0


@pytest.mark.soak
def test_half_an_hour_of_everything(
    tmp_path: Path, chance: random.Random, note: Note, pytestconfig: pytest.Config
) -> None:
    minutes: float = pytestconfig.getoption("--soak-minutes")
    inkling = Inkling(tmp_path / "data", tmp_path / "terminal.txt")
    server = inkling.start()
    undisturbed = whole.ended(server, whole.create(server))
    trouble = Trouble(inkling, chance, 60 * minutes)
    load = Load(server.url, undisturbed.run["id"], CLIENTS, patient=True)
    watchers = Watchers(inkling.port, lambda: trouble.newest, WATCHERS)
    with trouble, load, watchers:
        runs = 0
        while trouble.share() < 1:
            train_one(trouble, undisturbed)
            runs += 1
    assert load.faults == [] and watchers.faults == []
    for what, figure in (
        ("runs", runs),
        ("predictions", load.answers),
        ("visits", watchers.visits),
        ("events pushed", watchers.events),
        *((f"kills of the {victim} process", count) for victim, count in trouble.kills.items()),
        ("growth of the web process in percent", 100 * trouble.growth()),
        ("web process in MB", trouble.memory[-1][1] / 1e6),
    ):
        note(f"soak: {what}", figure)
    assert trouble.growth() <= GROWTH, f"after the first {WARM_UP:.0%} of the time"
    inkling.close()


def train_one(trouble: Trouble, undisturbed: Ended) -> None:
    """One run from its start to its end, whatever is killed meanwhile; old ones are deleted."""
    inkling = trouble.inkling
    with trouble.serving:
        run_id = trouble.newest = whole.create(inkling.server)

    def over() -> bool:
        with trouble.serving:
            status = inkling.server.get(f"/api/runs/{run_id}").json()["status"]
        return status in TERMINAL

    wait_for(over, RUN_SECONDS, f"run {run_id} never ended")
    with trouble.serving:
        whole.same(whole.ended(inkling.server, run_id), undisturbed)
        runs = inkling.server.get("/api/runs").json()["runs"]
        for old in runs[KEPT_RUNS:]:
            if old["id"] != undisturbed.run["id"]:
                assert inkling.server.http.delete(old_url(inkling, old["id"])).status_code == 204


def old_url(inkling: Inkling, run_id: str) -> str:
    """The address of a run."""
    return f"{inkling.server.url}/api/runs/{run_id}"
