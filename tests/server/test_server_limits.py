"""The program and what its processes may use: a run that takes too much, and its error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import requests

from tests.fakes.doubles import wait_until
from tests.server_process import answering, spawn


def test_a_run_that_takes_too_much_memory_fails_with_the_numbers(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    data_dir = tmp_path / "data"
    with spawn(data_dir, INKLING_WORKER_MEMORY="1000") as process:
        server = answering(process, data_dir)
        greedy = server.create(config, name="greedy")
        wait_until(lambda: server.status(greedy) == "failed", 30)
        run = server.get(f"/api/runs/{greedy}")
        assert re.fullmatch(
            r"The training used 1\.\d GB of memory; a run may use 1\.0 GB on this machine, "
            r"so it was ended\.",
            run["error"]["message"],
        )
        assert run["attempt"] == 1, "it would only happen again"
        after = server.create(config)
        wait_until(lambda: server.status(after) == "finished", 30)
        metrics = requests.get(f"{server.url}/metrics", timeout=10).text
        process.terminate()
        assert process.wait(15) == 0
    assert 'inkling_runs_ended_total{status="failed"} 1.0' in metrics
    assert 'inkling_runs_ended_total{status="finished"} 1.0' in metrics
    assert (data_dir / "runs" / greedy / "logs" / "1.log").is_file()
    assert [path.name for path in (data_dir / "logs").iterdir() if "worker" in path.name] == []
