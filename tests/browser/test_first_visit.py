"""The first visit: what this is, where to press, a pad that waits, and a tour to leave at will."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import studio
from tests.browser.test_access import violations
from tests.browser.test_no_cookies import blocking
from tests.live_server import wait_for
from tests.server_process import Server

SENTENCE = {
    "en-US": "Build a neural network in the browser",
    "zh-CN": "在浏览器里搭一个神经网络",
}
BUTTONS = {
    "en-US": ("Train this network", "Start with lesson 1"),
    "zh-CN": ("训练这个网络", "从第 1 课开始"),
}
SCREENS = [(1280, 720), (1366, 768), (390, 844), (820, 1180), (360, 640)]

Visiting = Callable[..., Page]


@pytest.fixture
def visiting(browser: Browser, shared: Server) -> Iterator[Visiting]:
    """Opens the first page in a browser that was never here, at a server without runs."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def visit(**options: object) -> Page:
        settings = {"locale": "en-US", "viewport": {"width": 1366, "height": 768}, **options}
        context = browser.new_context(base_url=shared.url, **settings)  # type: ignore[arg-type]
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        expect(page.locator("button.train")).to_be_attached()
        page.wait_for_load_state("networkidle")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def tour(page: Page) -> Locator:
    """The card of the tour."""
    return page.locator(".tour")


def is_whole(element: Locator) -> bool:
    """Whether all of it is on the screen, and a click there would reach it."""
    script = """element => {
      const box = element.getBoundingClientRect();
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const reached = document.elementFromPoint(x, y);
      return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight
        && box.right <= innerWidth && box.height > 0 && element.contains(reached);
    }"""
    return bool(element.evaluate(script))


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_what_this_is_and_where_to_press_is_seen_at_once(
    visiting: Visiting, size: tuple[int, int], locale: str
) -> None:
    page = visiting(locale=locale, viewport={"width": size[0], "height": size[1]})
    train, lesson = BUTTONS[locale]
    things = [
        page.get_by_role("heading", name=SENTENCE[locale]),
        page.locator(".story"),
        page.get_by_role("button", name=train),
        page.get_by_role("link", name=lesson),
    ]
    for thing in things:
        expect(thing).to_be_visible()
        assert is_whole(thing), thing


def test_one_click_trains(visiting: Visiting, shared: Server) -> None:
    page = visiting(viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Train this network").click()
    page.wait_for_url(re.compile("run="))
    expect(page.get_by_role("tablist")).to_be_visible()
    expect(tour(page)).to_contain_text("Step 2 of 3")
    run_id = studio.run_named(page)
    page.go_back()
    expect(page.get_by_role("button", name="Train this network")).to_be_visible()
    path = f"{shared.url}/api/runs/{run_id}"
    requests.post(f"{path}/stop", timeout=10)
    wait_for(lambda: requests.delete(path, timeout=10).status_code == 204)


def test_a_form_that_is_wrong_is_shown(visiting: Visiting) -> None:
    page = visiting(viewport={"width": 390, "height": 844})
    dock = page.get_by_role("navigation", name="Parts of the Studio")
    dock.get_by_role("button", name="Build").click()
    page.get_by_role("textbox", name="Epochs").fill("none")
    dock.get_by_role("button", name="Watch").click()
    page.get_by_role("button", name="Train this network").click()
    expect(page.locator(".summary")).to_be_focused()


def test_a_link_leads_to_the_first_lesson(visiting: Visiting) -> None:
    page = visiting()
    page.get_by_role("link", name="Start with lesson 1").click()
    expect(page).to_have_url(re.compile("/lessons/1"))


def test_the_pad_waits_for_a_network_and_says_so(visiting: Visiting) -> None:
    page = visiting()
    write = page.locator("#write")
    sentence = write.get_by_text(
        "Train a network first; then it predicts your digit while you write."
    )
    expect(sentence.filter(visible=True)).to_have_count(1)
    expect(write.locator("canvas[data-part=sees]")).to_be_hidden()
    expect(write.get_by_text("?", exact=True)).to_have_count(0)
    grey, sheet = (
        page.evaluate(f"getComputedStyle(document.querySelector('{one}')).backgroundColor")
        for one in (".pad", ".top")
    )
    assert grey != sheet
    studio.write(page, studio.SEVEN)
    expect(sentence.filter(visible=True)).to_have_count(1)


def test_the_tour_is_gone_through_by_keyboard_and_stays_away(visiting: Visiting) -> None:
    page = visiting()
    expect(tour(page)).to_contain_text("Step 1 of 3")
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(tour(page)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    expect(tour(page)).to_have_count(0)

    link = page.get_by_role("button", name="Show the tour")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Build").first).to_be_focused()
    page.get_by_role("button", name="Next step").focus()
    page.keyboard.press("Enter")
    expect(tour(page)).to_contain_text("Step 2 of 3")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(tour(page)).to_contain_text("Step 1 of 3")
    for _step in range(2):
        page.get_by_role("button", name="Next step").press("Enter")
    expect(tour(page)).to_contain_text("Write a digit on the pad.")
    page.get_by_role("button", name="Done").press("Enter")
    expect(tour(page)).to_have_count(0)
    expect(link).to_be_focused()


def test_the_tour_leads_through_the_parts_of_a_phone(visiting: Visiting) -> None:
    page = visiting(viewport={"width": 390, "height": 844})
    current = page.get_by_role("navigation", name="Parts of the Studio").locator("[aria-current]")
    expect(current).to_have_text("Watch")
    page.get_by_role("button", name="Show the tour").click()
    for part in ("Build", "Watch", "Write"):
        expect(current).to_have_text(part)
        page.get_by_role("button", name=re.compile("Next step|Done")).click()
    expect(tour(page)).to_have_count(0)


def test_whoever_goes_elsewhere_on_a_phone_leaves_the_tour(visiting: Visiting) -> None:
    page = visiting(viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Show the tour").click()
    dock = page.get_by_role("navigation", name="Parts of the Studio")
    dock.get_by_role("button", name="Build").click()
    expect(tour(page)).to_contain_text("Step 1 of 3")  # it speaks of this part
    dock.get_by_role("button", name="Write").click()
    expect(tour(page)).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1120, 800), (1920, 1080)], ids=str)
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_train_can_be_pressed_at_every_step(
    visiting: Visiting, locale: str, size: tuple[int, int]
) -> None:
    page = visiting(locale=locale, viewport={"width": size[0], "height": size[1]})
    train = page.locator("button.train")
    page.get_by_role("button", name=re.compile("Show the tour|看导览")).click()
    for _step in range(3):
        for end in ("0", "column.scrollHeight"):
            page.locator("#build").evaluate(f"column => column.scrollTo(0, {end})")
            assert is_whole(train)
        tour(page).locator(".primary").click()
    expect(tour(page)).to_have_count(0)


HIDDEN = """card => {
  const { left, right, top } = card.getBoundingClientRect();
  return [...document.querySelectorAll(".col")].filter((column) => column.checkVisibility())
    .filter((column) => {
      column.scrollTo(0, column.scrollHeight);
      scrollTo(0, document.body.scrollHeight);
      const box = [...column.children].findLast((part) => part.checkVisibility()
        && getComputedStyle(part).position !== "sticky").getBoundingClientRect();
      return box.left < right && box.right > left && box.bottom > top;
    }).map((column) => column.id);
}"""
"""The columns whose end stays under the card however far they are scrolled."""


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_the_card_hides_nothing_for_good(visiting: Visiting, size: tuple[int, int]) -> None:
    page = visiting(viewport={"width": size[0], "height": size[1]})
    page.get_by_role("button", name="Show the tour").click()
    for _step in range(3):
        wait_for(lambda: tour(page).evaluate(HIDDEN) == [], what="the card covers a column's end")
        if page.locator("button.train").is_visible():
            assert is_whole(page.locator("button.train"))
        tour(page).locator(".primary").click()


OVERLAPS = """card => {
  const inner = card.getBoundingClientRect();
  const boxes = [...card.querySelectorAll("p, h2, button")].filter((one) => one.checkVisibility())
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  const isOut = (box) => box.left < inner.left || box.right > inner.right
    || box.top < inner.top || box.bottom > inner.bottom;
  const meets = (a, b) => a.left < b.right && b.left < a.right
    && a.top < b.bottom && b.top < a.bottom;
  return boxes.filter(([, box], n) => isOut(box)
    || boxes.slice(n + 1).some(([, other]) => meets(box, other))).map(([text]) => text);
}"""
"""What lies outside the card, or over another part of it."""


@pytest.mark.parametrize("size", [(360, 640), (390, 844), (1366, 768)], ids=str)
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_nothing_on_the_card_overlaps(
    visiting: Visiting, locale: str, size: tuple[int, int]
) -> None:
    page = visiting(locale=locale, viewport={"width": size[0], "height": size[1]})
    page.get_by_role("button", name=re.compile("Show the tour|看导览")).click()
    for _step in range(3):
        assert tour(page).evaluate(OVERLAPS) == []
        tour(page).locator(".primary").click()


def test_escape_leaves_the_tour_and_not_the_ink(visiting: Visiting) -> None:
    page = visiting()
    studio.write(page, studio.SEVEN)
    page.keyboard.press("Escape")
    expect(tour(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Clear")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Clear")).to_be_disabled()


def test_escape_in_a_field_is_the_field_s(visiting: Visiting) -> None:
    page = visiting()
    expect(tour(page)).to_contain_text("Step 1 of 3")
    page.locator("#build").get_by_role("textbox", name="Learning rate").press("Escape")
    page.get_by_role("button", name="Train", exact=True).focus()
    expect(tour(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(tour(page)).to_have_count(0)


def test_where_nothing_is_kept_the_tour_is_only_offered(
    browser: Browser, shared: Server, tmp_path: Path
) -> None:
    with blocking(browser, shared, tmp_path / "profile") as page:
        page.goto("/")
        expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
        expect(tour(page)).to_have_count(0)
        page.get_by_role("button", name="Show the tour").click()
        expect(tour(page)).to_contain_text("Step 1 of 3")
        page.get_by_role("button", name="End the tour").click()
        expect(tour(page)).to_have_count(0)
