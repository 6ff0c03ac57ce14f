"""Terms in the page: what a click on one says, by mouse and keyboard, and the glossary itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.browser.test_access import violations
from webapp.glossary.terms import TERMS

AUGMENTATION = "In every epoch each training image is rotated"


BUBBLE = ".bubble[data-open]"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_glossary_can_be_read_by_everybody(new_page: NewPage, locale: str, theme: str) -> None:
    page = new_page(locale=locale, color_scheme=theme, reduced_motion="reduce")
    page.goto("/glossary")
    expect(page.locator(".entry")).to_have_count(len(TERMS))
    assert violations(page) == []
    for width in (390, 820, 1366):
        page.set_viewport_size({"width": width, "height": 844})
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, width


def test_a_click_says_what_a_term_means_and_leads_on(page: Page) -> None:
    page.goto("/data")
    term = page.get_by_role("link", name="Data augmentation")
    term.click()
    said = page.locator(BUBBLE)
    expect(said).to_contain_text(AUGMENTATION)
    expect(term).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    term.click()
    expect(said).to_have_count(0)
    term.click()
    said.get_by_role("link", name="In the glossary").click()
    page.wait_for_url("**/glossary#augmentation")
    expect(page.locator("#augmentation")).to_be_in_viewport()


def test_a_term_is_explained_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/data")
    term = page.get_by_role("link", name="Data augmentation")
    said = page.locator(BUBBLE)
    more = page.get_by_role("link", name="In the glossary")
    term.focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text(AUGMENTATION)
    page.keyboard.press("Tab")
    expect(more).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(term).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(term).to_be_focused()
    expect(said).to_have_count(0)
    page.keyboard.press("Enter")
    expect(said).to_contain_text(AUGMENTATION)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(said).to_have_count(0)
    expect(term).not_to_be_focused()
    term.focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text(AUGMENTATION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary#augmentation")


def test_the_bubble_goes_along_with_its_term_and_closes_out_of_sight(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 500})
    page.goto("/data")
    term = page.get_by_role("link", name="Data augmentation")
    term.click()
    said = page.locator(BUBBLE)
    expect(said).to_contain_text(AUGMENTATION)
    before = said.bounding_box()
    page.mouse.wheel(0, 40)
    page.wait_for_function(
        "([bubble, y]) => document.querySelector(bubble)?.getBoundingClientRect().y !== y",
        arg=[BUBBLE, before and before["y"]],
    )
    expect(said).to_contain_text(AUGMENTATION)
    page.mouse.wheel(0, 2000)
    expect(term).not_to_be_in_viewport()
    expect(said).to_have_count(0)


def test_the_form_leads_to_the_glossary(page: Page) -> None:
    studio.open_studio(page)
    page.get_by_role("button", name="About Batch size").click()
    said = page.locator(BUBBLE)
    link = said.get_by_role("link", name="In the glossary")
    expect(link).to_have_attribute("href", re.compile("/glossary#batch$"))
    page.get_by_role("button", name="About Loss").click()
    expect(link).to_have_attribute("href", re.compile("/glossary#cross-entropy$"))
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)


def test_where_the_script_does_not_come_a_term_is_a_link(page: Page) -> None:
    broken = {"body": "throw new Error('broken')", "content_type": "text/javascript"}
    page.route("**/js/terms.js", lambda route: route.fulfill(**broken))
    page.goto("/data")
    page.get_by_role("link", name="Data augmentation").click()
    page.wait_for_url("**/glossary#augmentation")


def test_a_lesson_names_its_terms(page: Page) -> None:
    page.goto("/lessons/4")
    page.get_by_role("button", name="Over 80%").click()
    page.get_by_role("button", name="Show now").click()
    page.get_by_role("link", name="Cross-entropy", exact=True).click()
    expect(page.locator(BUBBLE)).to_contain_text("minus the logarithm")


def test_on_a_phone_the_menu_has_every_page(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/")
    menu = page.get_by_role("navigation", name="Main")
    for name in ("Studio", "Runs", "Lessons", "Data", "Glossary"):
        expect(menu.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    menu.get_by_role("link", name="Glossary").tap()
    expect(page.get_by_role("heading", name="Glossary", level=1)).to_be_visible()
