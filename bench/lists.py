"""The list of 10,000 runs: sorted, searched, in a real browser, and with 3,000 runs that wait.

    python bench/lists.py                 five rounds

A real web process whose workers are the tests' fakes, over a database that bench/stored.py fills.
"Painted" is the frame after the rows of the answer are on the page, counted from the click. Results
are kept as bench/results/lists.json; the exit status says whether every mark was reached.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
import stored  # noqa: E402
from figures import Figure, report  # noqa: E402
from growth import _getting as getting  # noqa: E402
from growth import _timed as timed  # noqa: E402
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import QUIET, executable  # noqa: E402
from tests.server_process import Server, serving  # noqa: E402
from webapp.app import create_app  # noqa: E402
from webapp.database import RunRow, writing  # noqa: E402
from webapp.settings import Settings  # noqa: E402

RUNS = 10_000
QUEUED = 3_000
SHOWN = 1_000
WINDOW = {"width": 1366, "height": 768}

ASKED = (
    ("newest", "", 30),
    ("by test accuracy", "sort=-test_accuracy", 100),
    ("by name", "sort=name", 100),
    ("by size on disk", "sort=-disk_bytes", 100),
    ("by learning rate", "sort=compile.optimizer.learning_rate", 100),
    ("by seed", "sort=-seed", 100),
    ("one word that all have", "q=adam", 100),
    ("two words that one has", "q=run+9999", 150),
    ("finished, by best validation", "status=finished&sort=-val_accuracy", 100),
)
"""What is asked of the list, and the mark in ms."""

WATCH = """
addEventListener("click", () => (window.clickedAt = performance.now()), true);
window.longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
}).observe({ type: "longtask" });
window.painted = (isThere) =>
  new Promise((resolve) => {
    const look = () => {
      if (!isThere()) return requestAnimationFrame(look);
      requestAnimationFrame(() => resolve(performance.now() - window.clickedAt));
    };
    look();
  });
"""
"""Runs in the page before its own scripts."""


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="What the list of runs costs.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        data_dir = Path(scratch)
        stored.store(data_dir, runs=RUNS, epochs=20)
        with serving(data_dir) as server, sync_playwright() as playwright:
            figures = _answers(server, rounds)
            browser = playwright.chromium.launch(executable_path=executable(), args=flags)
            figures += _page(browser, server, rounds)
            version = browser.version
            browser.close()
        _let_wait(data_dir)
        with serving(data_dir) as server:
            figures += _queue(server, rounds)
    return 0 if report("lists", figures, {"cpus": os.cpu_count(), "chromium": version}) else 1


def _answers(server: Server, rounds: int) -> list[Figure]:
    """Measure the first page of each question."""
    found = []
    for name, query, mark in ASKED:
        ask = getting(server, f"/api/runs?{query}")
        found.append(Figure(f"50 of {RUNS:,} runs: {name}", "ms", timed(ask, rounds), mark))
    return found


def _page(browser: Browser, server: Server, rounds: int) -> list[Figure]:
    """Measure clicks on headings, and what many rows cost."""
    page = browser.new_page(base_url=server.url, viewport=WINDOW)  # type: ignore[arg-type]
    page.add_init_script(WATCH)
    page.goto("/runs")
    page.locator("#rows tr").nth(49).wait_for()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    sorted_in = [_sort(page) for _ in range(2 * rounds)]
    more, busy = [], []
    while (shown := page.locator("#rows tr").count()) < SHOWN:
        before = _worked(devtools)
        page.evaluate("() => document.getElementById('more').click()")
        there = f"() => document.querySelectorAll('#rows tr').length > {shown}"
        more.append(float(page.evaluate(f"() => painted({there})")))
        busy.append(1000 * (_worked(devtools) - before))
    longest_of_more = float(page.evaluate("longest"))
    page.evaluate("longest = 0")
    scrolled, longest = _scroll(page, devtools)
    many = sorted_in_many = [_sort(page) for _ in range(rounds)]
    page.close()
    return [
        Figure("click on a heading: painted", "ms", sorted_in, 250, 150),
        Figure("'Show more': painted", "ms", more, 300, 150),
        Figure("  of which the main thread", "ms", busy, 150, 50),
        Figure(f"  the longest task up to {SHOWN:,} rows", "ms", [longest_of_more], 200, 50),
        Figure(f"scrolling through {SHOWN:,} rows: main thread", "%", [scrolled], 60, 30),
        Figure("  the longest task", "ms", [longest], 100, 50),
        Figure(f"click on a heading with {SHOWN:,} rows", "ms", many or sorted_in_many, 300, 150),
    ]


def _sort(page: Page) -> float:
    """Return the milliseconds from a click on a heading to the painted rows."""
    heading = page.locator("#heads th.test_accuracy")
    direction = heading.get_attribute("aria-sort")
    wanted = "ascending" if direction == "descending" else "descending"
    first = page.locator("#rows tr").first.get_attribute("data-id")
    heading.get_by_role("button").click()
    there = f"""() => document.querySelector('#rows tr')?.dataset.id !== {first!r} &&
      document.querySelector('#heads th.test_accuracy').ariaSort === {wanted!r}"""
    return float(page.evaluate(f"() => painted({there})"))


def _scroll(page: Page, devtools: CDPSession) -> tuple[float, float]:
    """Return the share of time in which the main thread works while a wheel turns, and its longest
    task.
    """
    page.evaluate("() => scrollTo(0, 0)")
    page.mouse.move(600, 500)
    page.wait_for_timeout(500)
    before, began = _worked(devtools), page.evaluate("performance.now()")
    for _ in range(100):
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(16)
    seconds = (float(page.evaluate("performance.now()")) - float(began)) / 1000
    share = 100 * (_worked(devtools) - before) / seconds
    return share, float(page.evaluate("longest"))


def _worked(devtools: CDPSession) -> float:
    """Return the seconds for which the main thread has worked."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def _let_wait(data_dir: Path) -> None:
    """Let the newest runs wait; the oldest is trained, by a worker that never answers."""
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(data_dir)}))
    with app.app_context(), writing() as (session, _after):
        newest = RunRow.number > RUNS - QUEUED
        values = {
            "status": "queued", "queued_at": RunRow.number, "owner": "owner of all", "attempt": 0,
            "epoch": 0, "progress": 0, "started_at": None, "ended_at": None, "test": sa.null(),
        }  # fmt: skip
        session.execute(sa.update(RunRow).where(newest).values(**values))


def _queue(server: Server, rounds: int) -> list[Figure]:
    """Measure the list while thousands wait: the turns are worked out once a second at most."""
    taken = timed(getting(server, "/api/runs"), 4 * rounds)
    return [
        Figure(f"50 of {RUNS:,} runs while {QUEUED:,} wait", "ms", taken, 100, 30),
        Figure("  the slowest of them", "ms", [max(taken)], 250, 100),
    ]


if __name__ == "__main__":
    sys.exit(main())
