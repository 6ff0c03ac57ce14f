"""What looking inside costs: how soon tabs are painted, and what training and drawings lose by it.

    python bench/insight.py                 three rounds
    python bench/insight.py --rounds 5

It starts a server of its own and trains the lecture's network for 50 epochs. A tab is opened once,
so that its views are computed, then again in a new page: from the click to the frame in which all
that it shows is painted. While another run trains (on all of MNIST where INKLING_MNIST names it),
all views are computed anew after every epoch, and not, in turns; the median of the
epochs' own seconds is compared. Drawings are asked for meanwhile, too. Results are kept as
bench/results/insight.json; the exit status says whether every mark was reached.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import requests  # noqa: E402
from figures import Figure, percentile, report  # noqa: E402
from pen import drawings  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser import studio  # noqa: E402
from tests.browser.conftest import QUIET, executable  # noqa: E402
from tests.live_server import LiveServer, serve, wait_for  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

EPOCHS = 50
WINDOW = {"width": 1440, "height": 1000}

TABS: dict[str, list[str]] = {
    "test": ['[data-part="matrix"] td', '[data-part="per-class"] td'],
    "mistakes": ['[data-part="mistakes-verdict"]', '[data-part="mistakes-gallery"] canvas'],
    "map": ['[data-part="map-field"] canvas', '[data-part="map-verdict"]'],
    "robustness": ['[data-part="hard-curves"] canvas', '[data-part="unsure-said"]'],
    "inside": [
        '[data-part="kernel-pictures"] canvas',
        '[data-part="change-layers"] .change-layer:last-child canvas',
        '[data-part="idle-chart"] polyline',
        '[data-part="lit-layers"] canvas',
    ],
}
"""Of each tab, by its name in the page: what is there once all of it is painted."""

VIEWS = ["tested", "weights", "map", "histograms", "units", "robustness"]
"""Views asked for while a run trains: all that a page asks for by itself."""

LOOK_SECONDS = 0.1
"""How often it is looked whether there are newer weights."""

OPENED = """async ([tab, wanted]) => {
  const panel = document.getElementById(`panel-${tab}`);
  const isInked = (one) =>
    one.getContext("2d").getImageData(0, 0, one.width, one.height).data.some(Boolean);
  const isThere = (wanted) => {
    const one = panel.querySelector(wanted);
    if (!one || !one.getBoundingClientRect().height) return false;
    return one.matches("canvas") ? isInked(one) : one.matches("svg *") || one.textContent !== "";
  };
  const began = performance.now();
  document.getElementById(`tab-${tab}`).click();
  const frame = () => new Promise(requestAnimationFrame);
  while (!wanted.every(isThere)) await frame();
  await frame();
  await frame();
  return performance.now() - began;
}"""
"""Milliseconds from the click to the frame after everything was drawn."""


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="What looking inside costs.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4, help="epochs in a round of training")
    parser.add_argument("--drawings", type=int, default=100, help="drawings in a round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        with serve(Path(scratch) / "data") as server:
            run_id = _trained(server)
            figures = [*_opening(server, run_id, options.rounds), *_busy(server, run_id, options)]
    return 0 if report("insight", figures, {"cpus": os.cpu_count()}) else 1


def _trained(server: LiveServer) -> str:
    """Return a finished run of 50 epochs."""
    config = preset_configs()["lecture"]
    config |= {"dataset": {**config["dataset"], "name": "mnist-5k"}}
    config |= {"fit": {**config["fit"], "epochs": EPOCHS}}
    run_id = str(server.post("/api/runs", config).json()["id"])
    server.run_until(run_id, "finished", seconds=900)
    return run_id


def _opening(server: LiveServer, run_id: str, rounds: int) -> Iterator[Figure]:
    """Measure how soon each tab is painted whose views have been computed before."""
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        for tab, wanted in TABS.items():
            _opened(browser, server, run_id, tab, wanted)  # computes
            took = [_opened(browser, server, run_id, tab, wanted) for _ in range(rounds)]
            yield Figure(f"tab {tab}, {EPOCHS} epochs, click to painted", "ms", took, 500, 200)
        browser.close()


def _opened(
    browser: Browser, server: LiveServer, run_id: str, tab: str, wanted: list[str]
) -> float:
    context = browser.new_context(base_url=server.url, viewport=WINDOW)  # type: ignore[arg-type]
    page: Page = context.new_page()
    page.goto(f"/?run={run_id}", wait_until="networkidle")
    studio.write(page, studio.SEVEN)
    page.locator("#write .says").get_by_text("sure").wait_for()
    took = float(page.evaluate(OPENED, [tab, wanted]))
    context.close()
    return round(took, 1)


def _busy(server: LiveServer, run_id: str, options: argparse.Namespace) -> list[Figure]:
    """Measure how much training and drawings slow down while views are computed: A B A B …"""
    ratios, quiet, busy = [], [], []
    with _training(server) as training:
        for _ in range(options.rounds):
            alone = _pace(server, training, options.epochs)
            quiet.append(_drawn(server, run_id, options.drawings))
            with _asking(server, training):
                beside = _pace(server, training, options.epochs)
                busy.append(_drawn(server, run_id, options.drawings))
            ratios.append(round(beside / alone, 3))
    return [
        Figure("epochs while views are computed, over epochs alone", "", ratios, 1.05, 1.01),
        Figure("a drawing while a run trains, p95", "ms", quiet),
        Figure("the same while views are computed, p95", "ms", busy, 120, 60),
    ]


@contextmanager
def _training(server: LiveServer) -> Iterator[str]:
    """Keep a run training, past its first epoch, during the block."""
    config = preset_configs()["lecture"]
    name = "mnist" if os.environ.get("INKLING_MNIST") else "mnist-5k"
    config |= {"dataset": {**config["dataset"], "name": name, "train_samples": None}}
    config |= {"fit": {**config["fit"], "epochs": 10_000}}
    run_id = str(server.post("/api/runs", config).json()["id"])
    wait_for(lambda: server.get(f"/api/runs/{run_id}").json()["epoch"] >= 1, 120)
    yield run_id
    server.post(f"/api/runs/{run_id}/stop")
    server.run_until(run_id, "stopped")


def _pace(server: LiveServer, run_id: str, epochs: int) -> float:
    """Return the median seconds of the next epochs, without the current one."""
    path = f"/api/runs/{run_id}"
    last = int(server.get(path).json()["epoch"]) + 1
    wait_for(lambda: server.get(path).json()["epoch"] >= last + epochs, 600)
    curve: dict[str, Any] = server.get(f"{path}/curve").json()["epochs"]
    found = zip(curve["epoch"], curve["seconds"], strict=True)
    return float(statistics.median(s for epoch, s in found if last < epoch <= last + epochs))


@contextmanager
def _asking(server: LiveServer, run_id: str) -> Iterator[None]:
    """Compute the run's views, again as soon as it has newer weights, during the block.

    Between two epochs nothing is requested: an answer from a file costs the web process, not views.
    """
    over = threading.Event()
    path = f"{server.url}/api/runs/{run_id}"

    def ask() -> None:
        seen = -1
        with requests.Session() as http:
            while not over.wait(LOOK_SECONDS):
                epoch = int(http.get(path, timeout=60).json()["epoch"])
                for view in VIEWS if epoch > seen else ():
                    http.get(f"{path}/insights/{view}", timeout=60)
                seen = epoch

    thread = threading.Thread(target=ask)
    thread.start()
    yield
    over.set()
    thread.join()


def _drawn(server: LiveServer, run_id: str, count: int) -> float:
    """Return the milliseconds, by the server's clock, that 95 of 100 drawings do not exceed."""
    path = f"/api/runs/{run_id}/predict"
    drawn = (drawings() * (1 + count // 200))[:count]
    took = [float(server.post(path, {"strokes": one}).json()["ms"]) for one in drawn]
    return round(percentile(took, 0.95), 2)


if __name__ == "__main__":
    sys.exit(main())
