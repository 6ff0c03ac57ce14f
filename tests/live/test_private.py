"""A real server and real workers under the umask of another account's choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.live_server import serve, wait_for
from tests.test_private import old_directory, open_to_others

SEVEN = [[[0, 0], [40, 0], [15, 70]]]


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_nothing_is_open_to_other_accounts(
    umask: int, config: dict[str, Any], tmp_path: Path
) -> None:
    folder = old_directory(tmp_path / "data")
    with serve(folder, umask=umask) as server:
        run = server.post("/api/runs", config).json()
        server.run_until(run["id"], "running")
        assert not open_to_others(folder)
        assert server.run_until(run["id"], "finished", "failed")["status"] == "finished"
        path = f"/api/runs/{run['id']}"
        for address in ("evaluation", "model"):
            assert server.get(f"{path}/{address}").status_code == 200
        wait_for(lambda: server.get(f"{path}/insights/units").status_code == 200, 120)
        assert server.post(f"{path}/predict", {"strokes": SEVEN}).status_code == 200
        assert any((folder / "runs" / run["id"] / "exports").iterdir())
        assert not open_to_others(folder)
    assert not open_to_others(folder)
