"""What axe-core finds wrong for people who cannot see, or not well, or use no mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
"""Installed by ``make`` with the other tools for JavaScript."""

GRAVE = ("serious", "critical")


def violations(page: Page) -> list[str]:
    """The serious and critical rules the page breaks, each with the elements that break them."""
    # Evaluated by the debugger: the page's own policy forbids scripts from elsewhere.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{one['id']}: {node['html']} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def test_nothing_grave_stands_in_anyones_way(new_page: NewPage, finished: str) -> None:
    for theme in ("light", "dark"):
        page = new_page(color_scheme=theme, reduced_motion="reduce")
        studio.open_studio(page)
        assert violations(page) == [], f"Studio before a run, {theme}"
        studio.open_studio(page, f"?run={finished}")
        studio.expect_finished(page)
        page.get_by_role("tab", name="Test").click()
        expect(page.get_by_text("test digits correct")).to_be_visible(timeout=studio.PATIENCE)
        assert violations(page) == [], f"Studio with a finished run, {theme}"
        page.goto("/runs")
        expect(page.get_by_role("table")).to_be_visible(timeout=studio.PATIENCE)
        assert violations(page) == [], f"Runs, {theme}"


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
