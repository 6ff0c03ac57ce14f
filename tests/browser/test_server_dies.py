"""The web process is killed under a watching page, and comes back: nothing is lost."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import studio
from tests.live_server import wait_for
from tests.server_process import Server, serving


class Mortal:
    """A server that can be killed and started again at the same address."""

    def __init__(self, stack: ExitStack, data_dir: Path) -> None:
        self._stack, self._data_dir = stack, data_dir
        self.now: Server = stack.enter_context(serving(data_dir))

    def kill(self) -> None:
        """As a power cut would, for the web process; workers stay."""
        self.now.process.send_signal(signal.SIGKILL)
        self.now.process.wait(15)

    def start(self) -> None:
        """Start it again on the same port."""
        self.now = self._stack.enter_context(serving(self._data_dir, self.now.port))


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    with ExitStack() as stack:
        yield Mortal(stack, tmp_path / "data")


@pytest.fixture
def page(browser: Browser, mortal: Mortal) -> Iterator[Page]:
    """A page of its own: that the network fails is no complaint here."""
    context = browser.new_context(base_url=mortal.now.url, locale="en-US")
    yield context.new_page()
    context.close()


def curve(server: Server, run_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = server.get(f"/api/runs/{run_id}/curve")
    return answer


def test_a_page_outlives_its_server(page: Page, mortal: Mortal, config: dict[str, Any]) -> None:
    config["fit"]["epochs"] = 60
    run_id = mortal.now.create(config, name="steady")
    page.goto(f"/?run={run_id}")
    page.evaluate("window.untouched = true")
    wait_for(lambda: len(studio.epochs_shown(page)) >= 1, what="no epoch came")

    mortal.kill()
    notice = page.get_by_text(re.compile("The connection is lost"))
    expect(notice.first).to_be_visible(timeout=studio.PATIENCE)
    page.get_by_role("button", name="Pause", exact=True).click()
    refusal = page.get_by_role("alert").filter(has_text="The server cannot be reached")
    expect(refusal.first).to_be_visible()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_have_attribute(
        "aria-disabled", "false"
    )
    before = studio.epochs_shown(page)

    mortal.start()
    expect(notice.first).to_be_hidden(timeout=studio.PATIENCE)
    wait_for(lambda: len(studio.epochs_shown(page)) > len(before), what="the curves stood still")
    studio.stop(page)
    studio.expect_status(page, "stopped")
    epochs = curve(mortal.now, run_id)["epochs"]["epoch"]
    assert epochs == list(range(1, len(epochs) + 1))
    studio.expect_epochs(page, epochs[::-1][:50])
    assert page.evaluate("window.untouched"), "the page was loaded again"


def test_a_line_that_died_in_sleep_is_noticed_on_waking(
    page: Page, mortal: Mortal, config: dict[str, Any]
) -> None:
    run_id = mortal.now.create(config)
    page.goto(f"/?run={run_id}")
    studio.expect_status(page, "finished")
    mortal.now.process.send_signal(signal.SIGSTOP)
    try:
        page.evaluate("dispatchEvent(new Event('online'))")
        notice = page.get_by_text(re.compile("The connection is lost"))
        # Its heartbeat alone would need 45 seconds.
        expect(notice.first).to_be_visible(timeout=15_000)
    finally:
        mortal.now.process.send_signal(signal.SIGCONT)
    expect(notice.first).to_be_hidden(timeout=studio.PATIENCE)
