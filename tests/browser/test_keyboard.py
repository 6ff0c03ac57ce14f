"""The main ways through the program with Tab, Enter, Space and arrows only: no pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.journeys import make_mistakes
from tests.browser.test_tested import await_images, grid
from tests.live_server import wait_for
from tests.server_process import Server

MOST_TABS = 150
"""More stops than any page has."""


@pytest.fixture
def keyed(browser: Browser, shared: Server) -> Iterator[Page]:
    """A page of a browser that was never here."""
    context = browser.new_context(
        base_url=shared.url, locale="en-US", viewport={"width": 1366, "height": 768}
    )
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture
def run_id(shared: Server, config: dict[str, Any]) -> str:
    """A finished run that the first page offers."""
    made = shared.create(config, name="By keys")
    wait_for(lambda: shared.status(made) == "finished")
    return made


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until it has the focus, and see it."""
    for _stop in range(MOST_TABS):
        if wanted.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press(key)
    expect(wanted).to_be_focused()
    expect(wanted).to_be_in_viewport()


def go(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Tab there and press a key."""
    expect(wanted).to_be_visible()
    tab_to(page, wanted)
    page.keyboard.press(key)


def test_a_run_is_trained_by_keys(keyed: Page) -> None:
    keyed.goto("/")
    go(keyed, keyed.get_by_role("button", name="Train this network"))
    keyed.wait_for_url(re.compile("run="))
    expect(keyed.get_by_role("tablist", name="Details")).to_be_visible()
    go(keyed, keyed.get_by_role("button", name="End the tour"))
    expect(keyed.locator(".tour")).to_have_count(0)


def test_a_mistake_goes_to_the_pad_by_keys(keyed: Page, run_id: str) -> None:
    make_mistakes(keyed)
    keyed.goto("/")
    go(keyed, keyed.get_by_role("link", name="By keys").first)
    keyed.wait_for_url(re.compile("run="))
    tab_to(keyed, keyed.get_by_role("tab", name="Curves"))
    for _tab in range(2):
        keyed.keyboard.press("ArrowRight")
    expect(keyed.get_by_role("tab", name="Mistakes")).to_be_focused()
    panel = keyed.get_by_role("tabpanel", name="Mistakes")
    await_images(panel)
    images = grid(panel)
    tab_to(keyed, images)
    keyed.keyboard.press("ArrowRight")
    expect(images).to_have_attribute("aria-valuetext", re.compile(r"^No\. 2 of "))
    keyed.keyboard.press("Enter")
    expect(keyed.locator("#write [data-part=digit]")).to_have_text(re.compile(r"^\d$"))


def test_one_thing_is_changed_and_compared_by_keys(keyed: Page, run_id: str) -> None:
    keyed.goto(f"/?run={run_id}")
    go(keyed, keyed.get_by_role("button", name="Duplicate and change one thing"))
    batch = keyed.get_by_role("textbox", name="Batch size")
    expect(batch).to_have_value("100")
    tab_to(keyed, batch)
    keyed.keyboard.press("Control+a")
    keyed.keyboard.type("50")
    expect(keyed.get_by_text("The form differs from this run in: batch 50")).to_be_visible()
    go(keyed, keyed.get_by_role("button", name="Train", exact=True))
    another = keyed.get_by_role("heading", name=re.compile("^By keys.* · batch 50"))
    expect(another).to_be_visible()
    name = another.inner_text()
    keyed.goto("/runs")
    for one in (name, "By keys"):
        go(keyed, keyed.get_by_label(f"Select {one}", exact=True).first, "Space")
    go(keyed, keyed.get_by_role("button", name="Compare", exact=True))
    expect(keyed.get_by_role("heading", name="Compare")).to_be_focused()
    expect(keyed.get_by_role("table", name="Differences")).to_contain_text("50")


def test_runs_are_deleted_by_keys(keyed: Page, run_id: str) -> None:
    keyed.goto("/runs")
    box = keyed.locator(f'tr[data-id="{run_id}"]').get_by_role("checkbox")
    go(keyed, box, "Space")
    delete = keyed.get_by_role("button", name="Delete 1 run")
    go(keyed, delete)
    expect(keyed.get_by_role("button", name="Cancel")).to_be_focused()
    keyed.keyboard.press("Escape")
    expect(keyed.get_by_role("dialog")).to_have_count(0)
    expect(delete).to_be_focused()
    keyed.keyboard.press("Enter")
    dialog = keyed.get_by_role("dialog")
    go(keyed, dialog.get_by_role("button", name="Delete 1 run"))
    expect(box).to_have_count(0)
    expect(keyed.locator("#deleted")).to_be_focused()


def test_the_menu_of_a_run_is_used_by_keys(keyed: Page, run_id: str) -> None:
    keyed.goto("/runs")
    row = keyed.locator(f'tr[data-id="{run_id}"]')
    opener = row.get_by_label(re.compile("^Actions for"))
    go(keyed, opener)
    go(keyed, row.get_by_role("button", name="Rename"))
    field = row.get_by_role("textbox", name="New name of the run")
    expect(field).to_be_focused()
    keyed.keyboard.press("Control+a")
    keyed.keyboard.type("Renamed by keys")
    keyed.keyboard.press("Enter")
    expect(row.get_by_role("link", name="Renamed by keys")).to_be_visible()
    expect(row.get_by_role("link", name="Renamed by keys")).to_be_focused()
