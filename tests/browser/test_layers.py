"""The layers of the form: the list they are added from, and their shapes and parameters."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import sight, studio
from tests.browser.conftest import NewPage

OVERFLOWING = """() => [...document.querySelectorAll(".strand .shape, .strand .layer")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"""
"""What is wider than its place."""


def add_button(page: Page) -> Locator:
    return page.get_by_role("button", name="+ Add a layer")


def opened(page: Page) -> Locator:
    """The list, opened with the keyboard."""
    studio.open_studio(page)
    add_button(page).press("Enter")
    search = page.get_by_role("searchbox", name="Search the layers")
    expect(search).to_be_focused()
    return page.get_by_role("dialog", name="Layers to add")


def types(page: Page) -> list[str]:
    return page.locator(".strand .layer strong").all_inner_texts()


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_every_kind_is_in_sight_on_a_laptop(new_page: NewPage, locale: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 720}, locale=locale)
    page.goto("/")
    page.locator("[data-key=add]").click()
    expect(page.locator(".menu .kinds button").first).to_be_visible()
    kinds = len(page.request.get("/api/catalog").json()["layers"])
    seen = page.evaluate(sight.SEEN, ".menu .kinds button")
    assert seen == ["whole"] * kinds
    # The form stays in sight beside it.
    assert page.evaluate(sight.SEEN, ".strand [data-key=add]") == ["whole"]


def test_the_keyboard_finds_a_layer_and_adds_it(page: Page) -> None:
    menu = opened(page)
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button").first).to_be_focused()
    page.keyboard.press("End")
    expect(menu.get_by_role("button").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("overfitting")
    expect(menu.get_by_role("button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    assert types(page) == ["Flatten", "Dense", "Dense", "Dropout", "Dense"]
    assert page.evaluate("document.activeElement.closest('li')?.innerText").startswith("Dropout")


def test_escape_closes_the_list_and_gives_the_focus_back(page: Page) -> None:
    menu = opened(page)
    page.keyboard.type("no such layer")
    expect(menu).to_contain_text("No layer matches.")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(add_button(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button").first).to_be_visible()  # The search begins anew.
    page.mouse.click(900, 700)
    expect(menu).to_be_hidden()
    assert types(page) == ["Flatten", "Dense", "Dense", "Dense"]


@pytest.mark.parametrize("width", [390, 1280])
def test_many_parameters_stay_in_their_column(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 720})
    page.goto("/")
    sight.go_to(page, "build")
    neurons = page.get_by_role("textbox", name="Neurons")
    for layer in range(2):
        neurons.nth(layer).fill("8192")
    column = page.locator(".strand .shape")
    expect(column.get_by_text("67,117,056")).to_be_visible()
    expect(column.first).to_have_text(re.compile("shape\\s*params"))
    boxes = [box for box in (one.bounding_box() for one in column.all()) if box]
    assert len({round(box["x"] + box["width"]) for box in boxes}) == 1
    assert page.evaluate(sight.SIDEWAYS) == 0
    assert page.evaluate(OVERFLOWING) == []
