"""Every screen at every width, by day and by night, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage

WIDTHS = (390, 820, 1024, 1180, 1600)
PATHS = ("/", "/runs", "/lessons", "/lessons/11", "/lessons/12?projector", "/data", "/glossary")


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_screen_is_wider_than_its_window(new_page: NewPage, theme: str, locale: str) -> None:
    page = new_page(locale=locale, color_scheme=theme)
    for path in PATHS:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            assert overflow(page) <= 0, (path, width)


def test_the_page_speaks_chinese_when_asked(page: Page) -> None:
    studio.open_studio(page)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
    expect(page.get_by_role("button", name="开始训练", exact=True)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()


def test_night_is_kept_over_a_reload(page: Page) -> None:
    studio.open_studio(page)
    before = page.locator("html").get_attribute("data-theme")
    page.get_by_role("button", name=re.compile("Light or dark theme")).click()
    after = page.locator("html").get_attribute("data-theme")
    assert {before, after} == {"light", "dark"}
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", str(after))


def test_on_a_phone_the_three_parts_are_tabs(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/")
    dock = page.get_by_role("navigation", name="Parts")
    for part in ("Build", "Watch", "Write"):
        dock.get_by_text(part).tap()
        expect(page.get_by_role("region", name=part).first).to_be_visible()


def test_a_page_that_is_not_there_says_so_in_a_page(page: Page) -> None:
    page.on("console", lambda message: None)
    answer = page.request.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert "Inkling" in answer.text()
