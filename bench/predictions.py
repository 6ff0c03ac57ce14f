"""How fast drawings are answered: by the server's clock, in a browser, while a run trains, at once.

    python bench/predictions.py                          pen strokes made here
    python bench/predictions.py --strokes strokes.jsonl  those of a file: {"strokes": …} a line

It starts a server of its own, trains the lecture's network on the bundled digits and asks it: one
drawing at a time over HTTP (the answer's own `ms`), from a page in Chromium over Socket.IO, the
same of a run that trains on all cores meanwhile (on all of MNIST where INKLING_MNIST names it),
and with 64 clients at once. Results are kept as bench/results/predictions.json; the exit status
says whether every mark was reached.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from figures import Figure, percentile, report  # noqa: E402
from pen import Strokes, drawings  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.conftest import QUIET, executable  # noqa: E402
from tests.live_server import LiveServer, serve, wait_for  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

CLIENTS = 64
CONNECT = """async () => {
  const module = document.querySelector('link[rel="modulepreload"][href$="/js/socket.js"]');
  const { connect } = await import(module.href);
  window.live = connect();
  await new Promise((told) => window.live.onState((now) => now === "online" && told()));
}"""
ASK = """async ([run_id, drawings]) => {
  const took = [];
  for (const strokes of drawings) {
    const began = performance.now();
    await window.live.predict({ run_id, strokes });
    took.push(performance.now() - began);
  }
  return took;
}"""


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    options = _options()
    drawn = drawings(options.strokes)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        with serve(Path(scratch) / "data") as server, _page(server) as page:
            run_id = _trained(server)
            figures = _measure(server, page, run_id, drawn, options)
    notes = {
        "strokes": "a file" if options.strokes else "made by the bench",
        "cpus": os.cpu_count(),
    }
    return 0 if report("predictions", figures, notes) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast drawings are answered.")
    parser.add_argument("--strokes", type=Path, help="drawings, JSON lines; default: made here")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--each", type=int, default=200, help="drawings in a round")
    parser.add_argument("--seconds", type=float, default=4.0, help="a round of the crowd")
    return parser.parse_args()


def _measure(
    server: LiveServer,
    page: Page,
    run_id: str,
    drawn: list[Strokes],
    options: argparse.Namespace,
) -> list[Figure]:
    """Measure every figure, the quiet ones first."""
    parts = [
        [drawn[(n * options.each + i) % len(drawn)] for i in range(options.each)]
        for n in range(options.rounds)
    ]
    _asked(server, run_id, drawn[:50])  # the first ones load the model
    by_clock = [_asked(server, run_id, part) for part in parts]
    page.evaluate(ASK, [run_id, drawn[:20]])
    in_page: list[list[float]] = [page.evaluate(ASK, [run_id, part]) for part in parts]
    crowds = {
        way: [_crowd(server, run_id, way, options) for _ in parts] for way in ("socket", "http")
    }
    with _training(server) as busy_id:
        page.evaluate(ASK, [busy_id, drawn[:20]])
        busy: list[list[float]] = [page.evaluate(ASK, [busy_id, part]) for part in parts]
    return [
        *_percentiles("one drawing, server time, idle", by_clock, {50: (4, 2), 95: (10, 5)}),
        *_percentiles("one drawing, in the browser, idle", in_page, {50: (15, 8), 95: (40, 20)}),
        *_percentiles("the same while a run trains", busy, {50: (None, None), 95: (120, 60)}),
        Figure("64 clients over Socket.IO", "a second", crowds["socket"], 500, 1500, True),
        Figure("64 clients over HTTP", "a second", crowds["http"], 500, 1500, True),
    ]


def _percentiles(
    name: str, rounds: list[list[float]], marks: dict[int, tuple[float | None, float | None]]
) -> Iterator[Figure]:
    for share, (mark, goal) in marks.items():
        values = [round(percentile(one, share / 100), 2) for one in rounds]
        yield Figure(f"{name}, p{share}", "ms", values, mark, goal)


@contextmanager
def _page(server: LiveServer) -> Iterator[Page]:
    """Open the studio in Chromium, with a separate socket for predictions."""
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments)
        page = browser.new_page(base_url=server.url)
        page.goto("/")
        page.evaluate(CONNECT)
        yield page
        browser.close()


def _config(**changes: Any) -> dict[str, Any]:
    """Return the lecture's network with other data or epochs."""
    config = preset_configs()["lecture"]
    return {**config, **{key: {**config[key], **value} for key, value in changes.items()}}


def _trained(server: LiveServer) -> str:
    """Return a finished run."""
    config = _config(dataset={"name": "mnist-5k"}, fit={"epochs": 3})
    run_id = str(server.post("/api/runs", config).json()["id"])
    server.run_until(run_id, "finished")
    return run_id


@contextmanager
def _training(server: LiveServer) -> Iterator[str]:
    """Keep a run training, past its first epoch, during the block."""
    name = "mnist" if os.environ.get("INKLING_MNIST") else "mnist-5k"
    config = _config(dataset={"name": name}, fit={"epochs": 10_000})
    run_id = str(server.post("/api/runs", config).json()["id"])
    path = f"/api/runs/{run_id}"
    wait_for(lambda: server.get(path).json()["epoch"] >= 1, 120)
    yield run_id
    server.post(f"{path}/stop")
    server.run_until(run_id, "stopped")


def _asked(server: LiveServer, run_id: str, drawn: list[Strokes]) -> list[float]:
    """Return the server's time for each drawing, asked one after the other."""
    path = f"/api/runs/{run_id}/predict"
    return [float(server.post(path, {"strokes": one}).json()["ms"]) for one in drawn]


def _crowd(server: LiveServer, run_id: str, way: str, options: argparse.Namespace) -> float:
    """Return answers a second with many clients at once, in a separate process."""
    command = [sys.executable, str(ROOT / "bench" / "crowd.py"), server.url, run_id, way]
    command += [str(CLIENTS), str(options.seconds)]
    command += [str(options.strokes)] if options.strokes else []
    said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return round(float(said["answers"]) / float(options.seconds), 1)


if __name__ == "__main__":
    sys.exit(main())
