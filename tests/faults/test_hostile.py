"""One hostile client: others are answered meanwhile, and what it took is given back.

The server is as shipped, on loopback and without a limit of requests, so that nothing is held by
the limits alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fakes.doubles import wait_until
from tests.faults import siege
from tests.faults.attacks import ROWS
from tests.faults.attacks.row import Row, Target
from tests.faults.conftest import Note
from tests.faults.holdings import Holder
from tests.faults.warm import warm
from tests.server_process import serving
from webapp.configuration.presets import preset_configs

pytestmark = pytest.mark.alone

ANSWER_SECONDS = 0.3
LAG_SECONDS = 1.0
EPOCHS = 10_000
SHARE_OF_ALL = 0.25
"""By so much memory may have grown after all attacks, of which each may leave ``siege.SHARE``."""

PARAMETERS = [
    pytest.param(row, id=row.attack.__name__, marks=() if row.quick else pytest.mark.long)
    for row in ROWS
]


@dataclass(frozen=True)
class Besieged:
    """A server with a run that says ten things a second."""

    holder: Holder
    target: Target


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory, note: Note) -> Iterator[Besieged]:
    """A warm server; what all attacks together leave in its memory has a bound, too."""
    folder = tmp_path_factory.mktemp("besieged")
    terminal = folder / "terminal.txt"
    with terminal.open("w") as out, serving(folder / "data", stderr=out, PATIENT="1") as server:
        config: dict[str, Any] = preset_configs()["lecture"]
        run_id = server.create(
            {**config, "name": "steady"}, fit={**config["fit"], "epochs": EPOCHS}
        )
        wait_until(lambda: server.get(f"/api/runs/{run_id}")["epoch"] >= 1, 30)
        warm(server.url, run_id)
        holder = Holder(server.process.pid, server.data_dir, terminal)
        siege.await_calm(holder)
        memory = holder.now().memory
        yield Besieged(holder, Target(server.port, run_id))
        after = siege.back(holder, holder.now()).memory
        note("hostile clients one after the other: memory before [MB]", memory / 1e6)
        note("hostile clients one after the other: memory after [MB]", after / 1e6)
        assert after <= (1 + SHARE_OF_ALL) * memory
        assert server.status(run_id) == "running"
        assert "Traceback" not in terminal.read_text()
        server.process.terminate()
        assert server.process.wait(30) == 0


@pytest.mark.parametrize("row", PARAMETERS)
def test_one_hostile_client(besieged: Besieged, row: Row, note: Note) -> None:
    cost = siege.suffer(besieged.holder, besieged.target, row)
    print(f"{row.sent}: {cost}")
    note(f"hostile client, longest /healthz: {row.sent} [s]", cost.noticed.slowest)
    note(f"hostile client, watcher's lag: {row.sent} [s]", cost.noticed.lag)
    assert cost.noticed.slowest <= ANSWER_SECONDS, str(cost)
    assert max(cost.noticed.lag, cost.noticed.silence) <= LAG_SECONDS, str(cost)
    assert siege.is_back(cost.before, cost.after), str(cost)
    assert cost.disk <= row.disk_bytes, str(cost)
    assert cost.log <= row.log_bytes, str(cost)
    assert cost.peak <= row.memory_bytes, str(cost)


def test_a_failed_attacker_proves_nothing(besieged: Besieged) -> None:
    with pytest.raises(AssertionError, match="the attacker failed"):
        siege.suffer(besieged.holder, besieged.target, Row("nothing", fails))


def fails(_target: Target) -> None:
    raise OSError("it could not connect")
