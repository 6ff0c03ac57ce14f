"""A real Chromium before a real server. Every test gets a page of its own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.live_server import LiveServer
from tests.server_process import Server
from webapp.schemas.statuses import RESTING

SHELL = "chromium-headless-shell"
"""Chromium without windows, from a package of its own: a page takes 0.6 of the CPU time."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

PATIENCE = 20_000
"""Milliseconds to wait for what the page does by itself: other tests have the machine, too."""

# A test browser has nobody to report to, and the machine may have no way out.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]


OFF = (
    *("WebUIOmniboxAimPopup", "WebUIOmniboxPopup"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"),
    *("LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin"),
    *("ThirdPartyStoragePartitioning",),
)
"""Features of Chromium: the pages that each window prepares for its address bar, which nobody sees;
then what Playwright turns off, for Chromium takes the last list only."""

SPARING = [f"--disable-features={','.join(OFF)}", "--renderer-process-limit=1"]
"""Half of the CPU time of a page: nothing for the address bar, no process kept for a next page."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder: plain pytest needs no browser."""
    item.add_marker(pytest.mark.browser)


def executable() -> str:
    """The path of a Chromium or Chrome; scripts/browser.sh installs one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or ON_A_MAC


def windowless() -> str:
    """The path of Chromium's headless shell, or of the whole browser where there is no shell."""
    return shutil.which(SHELL) or executable()


def arguments() -> list[str]:
    """How a test starts Chromium: its sandbox does not run as root, as which containers usually
    are."""
    return [*QUIET, *SPARING, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, until the block ends."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=windowless(), args=arguments())
        yield started
        started.close()


class Visit:
    """What a page did besides what it shows: requests elsewhere, errors, broken rules."""

    def __init__(
        self, context: BrowserContext, server: LiveServer | Server, refusals: str = "422"
    ) -> None:
        self._refusals = re.compile(f"status of ({refusals})")
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self._own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:")
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _asked(self, url: str) -> None:
        if not url.startswith(self._own):
            self.elsewhere.append(url)

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium calls every refusal an error.
        if message.type == "error" and not self._refusals.search(message.text):
            self.complaints.append(message.text)


NewPage = Callable[..., Page]


@pytest.fixture
def refusals() -> str:
    """The statuses of refusals that tests bring about: forms that are wrong. A module may say
    others."""
    return "422"


@pytest.fixture
def new_page(
    browser: Browser, live_server: LiveServer, tmp_path: Path, refusals: str
) -> Iterator[NewPage]:
    """Makes pages, each in a context of its own; in the end nothing may have gone amiss.

    Arguments are those of ``Browser.new_context``: viewport, locale, color_scheme, has_touch …
    """
    visits: list[tuple[BrowserContext, Visit]] = []

    def make(**options: object) -> Page:
        settings = {"viewport": {"width": 1600, "height": 1000}, "locale": "en-US", **options}
        context = browser.new_context(base_url=live_server.url, **settings)  # type: ignore[arg-type]
        visits.append((context, Visit(context, live_server, refusals)))
        return context.new_page()

    yield make
    for context, visit in visits:
        context.close()
        assert visit.elsewhere == []
        assert visit.complaints == []


@pytest.fixture
def context(browser: Browser, shared: Server) -> Iterator[BrowserContext]:
    """One browser at a server with fake workers; nothing may go wrong in its pages."""
    made = browser.new_context(base_url=shared.url, locale="en-US")
    wrong: list[str] = []
    made.on("weberror", lambda error: wrong.append(str(error.error)))
    yield made
    made.close()
    assert wrong == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page on a wide screen, in English."""
    return new_page()


@pytest.fixture(scope="session")
def finished(live_server: LiveServer) -> str:
    """The id of a short run that is over, for the tests that leave it as it is."""
    config = live_server.get("/api/catalog").json()["defaults"]
    config["dataset"] |= {"name": "mnist-5k", "train_samples": 200}
    config["fit"] |= {"epochs": 2}
    run_id: str = live_server.post("/api/runs", config).json()["id"]
    live_server.run_until(run_id, "finished")
    return run_id


@pytest.fixture(autouse=True)
def nothing_left_training(live_server: LiveServer) -> Iterator[None]:
    """Stop what a test that failed left in the queue: there is one worker for all tests."""
    yield
    for run in live_server.get("/api/runs").json()["runs"]:
        if run["status"] not in RESTING:
            live_server.post(f"/api/runs/{run['id']}/stop")
            live_server.run_until(run["id"], "stopped", "finished", "failed")
