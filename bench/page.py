"""The page in a real Chromium: its bytes, how busy a stream keeps it, how soon a long run is drawn.

    python bench/page.py                  five rounds

A real web process whose workers are the tests' fakes; one of them reports ten events a second. The
long run has 10,000 epochs and 50,000 events (bench/stored.py). "Drawn" is the frame after its
curves and the newest epoch's row are on the page, counted from the click, or from the beginning of
the navigation, as is the browser's first-contentful-paint. Results are kept as
bench/results/page.json; the exit status says whether every mark was reached.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import requests  # noqa: E402
import stored  # noqa: E402
from figures import Figure, report  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import QUIET, executable  # noqa: E402
from tests.server_process import Server, serving  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

EPOCHS = 10_000
SETTLE_SECONDS, WATCHED_SECONDS = 5, 20
WINDOW = {"width": 1600, "height": 1000}

DRAWN = f"""
const look = () => {{
  const row = document.querySelector('[data-part="epochs"] tr[data-epoch="{EPOCHS}"]');
  const chart = document.querySelector('[data-part="plot-loss"] canvas');
  if (row && chart) requestAnimationFrame(() => (window.drawnAt = performance.now()));
  else requestAnimationFrame(look);
}};
requestAnimationFrame(look);
addEventListener("click", () => (window.clickedAt = performance.now()), true);
"""
"""Runs in the page before its own scripts."""

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"

REQUESTED = "performance.getEntriesByType('resource').map((one) => one.name)"

LATER = """[...document.querySelectorAll("template")].flatMap(({ content }) =>
  [...content.querySelectorAll("link, script")].map(
    (one) => new URL(one.getAttribute("href") ?? one.getAttribute("src"), location).href,
  ),
)"""
"""What the page requests only when somebody needs it."""


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="The page in a real browser.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--busy-rounds", type=int, default=3)
    options = parser.parse_args()
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        stored.store(Path(scratch) / "data", runs=100, epochs=EPOCHS)
        with serving(Path(scratch) / "data") as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=flags)
            figures = _bytes(browser, server)
            figures += _opening(browser, server, options.rounds)
            figures += _busy(browser, server, options.busy_rounds)
            version = browser.version
            browser.close()
    return 0 if report("page", figures, {"cpus": os.cpu_count(), "chromium": version}) else 1


def _bytes(browser: Browser, server: Server) -> list[Figure]:
    """Measure JavaScript and CSS of each page for a client that accepts only gzip.

    At first: what the page requests before anybody touches it. In all: with its later parts.
    """
    figures = []
    for name, path, mark in (
        ("Studio", "/", 110),
        ("Studio with a run", f"/?run={stored.run_id(100)}", None),
        ("Runs", "/runs", 150),
    ):
        page = browser.new_page(base_url=server.url)
        page.goto(path, wait_until="networkidle")
        at_first, later = set(page.evaluate(REQUESTED)), set(page.evaluate(LATER))
        page.close()
        words = f"JavaScript and CSS of {name}"
        figures.append(Figure(f"{words}, at first", "KB", [_size_of(at_first)], mark, 90))
        figures.append(Figure(f"{words}, in all", "KB", [_size_of(at_first | later)]))
    return figures


def _size_of(urls: set[str]) -> float:
    """Return the KB of the scripts and style sheets among the addresses."""
    return sum(_size(url) for url in urls if url.endswith((".js", ".css"))) / 1000


def _size(url: str) -> int:
    """Return the bytes of the answer's body, gzipped."""
    answer = requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=60, stream=True)
    assert answer.status_code == 200
    return len(answer.raw.read(decode_content=False))


def _opening(browser: Browser, server: Server, rounds: int) -> list[Figure]:
    """Measure the time from the click or the address to the drawn chart."""
    run = stored.run_id(100)
    clicked, addressed, new, painted = [], [], [], []
    for _ in range(rounds):
        context = browser.new_context(base_url=server.url, viewport=WINDOW)  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(DRAWN)
        page.goto(f"/?run={run}")
        new.append(_drawn(page))
        page.goto(f"/?run={run}")
        addressed.append(_drawn(page))
        page.goto("/", wait_until="networkidle")
        painted.append(float(page.evaluate(PAINTED)))
        page.locator(f'[data-part="last-runs"] a[href$="{run}"]').click()
        clicked.append(_drawn(page) - float(page.evaluate("clickedAt")))
        context.close()
    long = f"a run of {EPOCHS:,} epochs"
    return [
        Figure(f"{long}, from the click in the Studio", "ms", clicked, 300, 100),
        Figure(f"{long}, from its address", "ms", addressed, 300, 100),
        Figure(f"{long}, from its address, nothing cached", "ms", new),
        Figure("Studio, first paint with content", "ms", painted),
    ]


def _drawn(page: Page) -> float:
    """Return when the chart was drawn, in milliseconds of the page."""
    return float(page.wait_for_function("() => window.drawnAt").json_value())


def _busy(browser: Browser, server: Server, rounds: int) -> list[Figure]:
    """Measure the share of time in which the main thread works while a run streams."""
    config = preset_configs()["lecture"]
    run = server.create({**config, "fit": {**config["fit"], "epochs": EPOCHS}}, name="steady")
    page = browser.new_page(base_url=server.url, viewport=WINDOW)  # type: ignore[arg-type]
    page.goto(f"/?run={run}")
    page.locator('[data-part="epochs"] tr').first.wait_for()
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def worked() -> dict[str, float]:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in metrics}

    shares, scripts, rates = [], [], []
    for _ in range(rounds):
        events, before = server.get(f"/api/runs/{run}")["last_seq"], worked()
        page.wait_for_timeout(WATCHED_SECONDS * 1000)
        after = worked()
        seconds = after["Timestamp"] - before["Timestamp"]
        shares.append(100 * (after["TaskDuration"] - before["TaskDuration"]) / seconds)
        scripts.append(100 * (after["ScriptDuration"] - before["ScriptDuration"]) / seconds)
        rates.append((server.get(f"/api/runs/{run}")["last_seq"] - events) / seconds)
    page.close()
    requests.post(f"{server.url}/api/runs/{run}/stop", timeout=60)
    return [
        Figure("main thread busy while a run streams", "%", shares, 10, 4),
        Figure("  of which scripts", "%", scripts),
        Figure("  events", "a second", rates),
    ]


if __name__ == "__main__":
    sys.exit(main())
