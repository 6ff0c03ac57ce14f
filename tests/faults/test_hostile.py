"""One hostile client: others are answered meanwhile, and what it took is given back.

The server is as shipped, on loopback and without a limit of requests, so that nothing is held by
the limits alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.doubles import wait_until
from tests.faults import siege
from tests.faults.attacks import events
from tests.faults.attacks.row import Row
from tests.faults.conftest import Note
from tests.server_process import Server, answering, spawn
from webapp.presets import preset_configs

ANSWER_SECONDS = 0.3
LAG_SECONDS = 1.0

ROWS: tuple[Row, ...] = (*events.ROWS,)
PARAMETERS = [
    pytest.param(row, id=row.attack.__name__, marks=() if row.quick else pytest.mark.long)
    for row in ROWS
]


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path, str]]:
    """A server, the file of what it prints, and a run that says ten things a second."""
    folder = tmp_path_factory.mktemp("besieged")
    terminal = folder / "terminal.txt"
    with terminal.open("w") as out, spawn(folder / "data", stderr=out, PATIENT="1") as process:
        server = answering(process, folder / "data")
        config: dict[str, Any] = preset_configs()["lecture"]
        run_id = server.create(
            {**config, "name": "steady"}, fit={**config["fit"], "epochs": 10_000}
        )
        wait_until(lambda: server.get(f"/api/runs/{run_id}")["epoch"] >= 1, 30)
        yield server, terminal, run_id
        assert server.status(run_id) == "running"
        process.kill()
        assert "Traceback" not in terminal.read_text()


@pytest.mark.parametrize("row", PARAMETERS)
def test_one_hostile_client(besieged: tuple[Server, Path, str], row: Row, note: Note) -> None:
    server, terminal, run_id = besieged
    cost = siege.suffer(server, terminal, run_id, row)
    print(f"{row.sent}: {cost}")
    note(f"hostile client, longest /healthz: {row.sent} [s]", cost.slowest)
    note(f"hostile client, watcher's lag: {row.sent} [s]", cost.lag)
    assert cost.slowest <= ANSWER_SECONDS, cost
    assert cost.lag <= LAG_SECONDS, cost
    assert siege.is_back(cost), cost
    assert cost.disk <= row.disk_bytes, cost
    assert cost.after.log - cost.before.log <= row.log_bytes, cost
