"""From the click on Train to the first batch point at the page, in a real browser.

    python bench/start.py                 five rounds with a worker waiting, five with none

It starts a server of its own. A round with a worker waiting begins when that worker has come to
rest; before a round with none, the waiting one is killed. The lecture's network on the bundled
digits, as the page offers it. Results are kept as bench/results/start.json; the exit status says
whether both marks were reached.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from figures import Figure, report  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.conftest import QUIET, executable  # noqa: E402
from tests.live_server import LiveServer, serve, wait_for  # noqa: E402

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="From the click to the first batch point.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    warm, cold = [], []
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        with serve(Path(scratch) / "data") as server:
            for _ in range(rounds):
                waiting_worker(server)
                warm.append(_click(server))
                os.kill(waiting_worker(server), signal.SIGKILL)
                cold.append(_click(server))
    figures = [
        Figure("click to first batch point, a worker waits", "s", warm, 1.0),
        Figure("click to first batch point, none waits", "s", cold, 6.0),
    ]
    return 0 if report("start", figures, {"cpus": os.cpu_count()}) else 1


def waiting_worker(server: LiveServer) -> int:
    """Return the pid of the waiting train worker, once nothing prepares itself any more."""
    wait_for(
        lambda: _resting(server, "webapp.ml.inference.predict_worker"), 60, "no predict worker"
    )
    return wait_for(
        lambda: _resting(server, "webapp.ml.training.train_worker"), 60, "no worker waits"
    )


def _resting(server: LiveServer, module: str) -> int | None:
    """Return the pid of the server's only child that runs `module`, if it uses no CPU time."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    pids = [
        int(pid)
        for pid in children.read_text().split()
        if module.encode() in _read(f"/proc/{pid}/cmdline")
    ]
    if len(pids) != 1:
        return None
    before = _cpu_seconds(pids[0])
    time.sleep(1.0)
    return pids[0] if 1.0 < before > _cpu_seconds(pids[0]) - 0.02 else None


def _read(path: str) -> bytes:
    """The file of a process, empty once the process has ended."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _cpu_seconds(pid: int) -> float:
    fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND if fields else 0.0


def _click(server: LiveServer) -> float:
    """Press Train on a fresh page; return the seconds until a batch arrives. Ends the run."""
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments)
        page = browser.new_page(base_url=server.url)
        seconds = _first_batch(page)
        browser.close()
    run_id = server.get("/api/runs").json()["runs"][0]["id"]
    server.post(f"/api/runs/{run_id}/stop")
    server.run_until(run_id, "stopped", "finished")
    return round(seconds, 3)


def _first_batch(page: Page) -> float:
    """Return the seconds from the click to the socket's frame with a batch."""
    received: list[float] = []

    def receive(payload: str | bytes) -> None:
        if '"type":"batch"' in str(payload):
            received.append(time.perf_counter())

    page.on("websocket", lambda socket: socket.on("framereceived", receive))
    page.goto("/")
    train = page.get_by_role("button", name="Train", exact=True)
    train.wait_for()
    page.mouse.move(300, 300)
    page.wait_for_timeout(1000)  # a reader looks at the page before the click
    began = time.perf_counter()
    train.click()
    while not received:
        page.wait_for_timeout(5)  # lets Playwright deliver the socket's frames
    return received[0] - began


if __name__ == "__main__":
    sys.exit(main())
