"""What axe-core finds wrong for people who cannot see, or not well, or use no mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.browser.test_data import open_data

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
"""Installed by ``make`` with the other tools for JavaScript."""

COLORS = {"runOnly": ["color-contrast"]}
"""What a theme changes."""


def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """The rules the page breaks, each with the elements that break them."""
    # Evaluated by the debugger: the page's own policy forbids scripts from elsewhere.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    script = "async (options) => (await axe.run(options)).violations"
    found: list[dict[str, Any]] = page.evaluate(script, options or {})
    return [
        f"{one['id']}: {node['html']} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found
        for node in one["nodes"]
    ]


def faults_in_both_themes(page: Page) -> list[str]:
    """All that is wrong by day, and the colors that are wrong by night."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    by_day = violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return by_day + [f"by night: {one}" for one in violations(page, COLORS)]


TABS = {
    "Curves": "[data-part=plot-loss] canvas",
    "Test": "#panel-test [data-part=verdict]",
    "Mistakes": "[data-part=mistakes-verdict]",
    "Inside": "#panel-inside [data-part=kernel-pictures] canvas",
    "Map": "#panel-map [role=slider]",
    "Robustness": "#panel-robustness figure",
    "Code": "#panel-code [role=region]",
}
"""Each tab of a run, and what is there once it has come."""


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_of_a_run_stands_in_anyones_way(page: Page, finished: str, tab: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/?run={finished}&tab={tab.lower()}")
    panel = page.get_by_role("tabpanel", name=tab)
    expect(page.locator(TABS[tab]).first).to_be_visible(timeout=studio.PATIENCE)
    for fold in panel.locator("summary:visible", has_text="As a table").all():
        fold.click()
    assert faults_in_both_themes(page) == []


def test_an_answer_stands_in_nobodys_way(page: Page, finished: str) -> None:
    page.goto(f"/?run={finished}")
    studio.write(page, studio.SEVEN)
    expect(page.locator("#write .probs .sure")).to_be_visible(timeout=studio.PATIENCE)
    assert faults_in_both_themes(page) == []


def test_the_digits_stand_in_nobodys_way(page: Page, finished: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_data(page)
    page.get_by_role("region", name="The chosen digit").get_by_text("As a table").click()
    assert faults_in_both_themes(page) == []


def test_a_finger_can_open_a_runs_menu_and_take_its_settings(
    new_page: NewPage, finished: str
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/runs")
    card = page.locator(f'tr[data-id="{finished}"]')
    card.get_by_label(re.compile("^Actions for")).tap()
    card.get_by_role("link", name="Duplicate and change one thing").tap()
    epochs = page.get_by_role("textbox", name="Epochs")
    expect(epochs).to_have_value("2", timeout=studio.PATIENCE)
    expect(page.get_by_text("Undo").first).to_be_visible()
    assert "use=" not in page.url
