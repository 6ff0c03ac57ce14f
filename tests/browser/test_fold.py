"""What is in sight without scrolling, on every screen, in both languages and themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sight, studio
from tests.browser.conftest import NewPage

THEMES = ("light", "dark")


@pytest.fixture(params=["en-US", "zh-CN"])
def opened(request: pytest.FixtureRequest, new_page: NewPage, finished: str) -> Callable[..., Page]:
    """Opens the Studio with a run chosen and a digit on the pad, in each language."""

    def open_(**options: object) -> Page:
        page = new_page(locale=request.param, **options)
        page.goto(f"/?run={finished}")
        studio.write(page, studio.SEVEN)
        expect(page.locator("#write .probs .sure")).to_be_visible()
        expect(page.locator("[data-part=plot-loss] canvas")).to_be_visible()
        return page

    return open_


@pytest.mark.parametrize("touch", [False, True])
def test_what_matters_is_in_sight(opened: Callable[..., Page], touch: bool) -> None:
    page = opened(has_touch=touch, is_mobile=touch)
    for screen in (one for one in sight.SCREENS if one.touch == touch):
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            found = sight.look(page)
            said = (str(screen), theme, str(found))
            assert found.sideways <= 0 and not found.covered, said
            assert found.whole("tabs") == len(found.seen["tabs"]) == 7, said
            assert found.whole("facts") == found.shown("facts") >= 3, said
            assert found.whole("train") == found.whole("pad") == 1, said
            assert found.whole("bars") == 10, said
            assert found.seen["fit"][0] == "whole" or screen.width < 1280, said


PLACES = """() => {
  const [list] = document.querySelectorAll("[role=tablist]");
  const top = (one) => Math.round(one.getBoundingClientRect().top);
  return [top(list), top(list.parentElement)];
}"""
"""Where the list of tabs is, and where it would be did it not stick."""


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_a_chosen_tab_comes_into_view(
    new_page: NewPage, finished: str, size: tuple[int, int]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"/?run={finished}")
    expect(page.locator("[data-part=plot-loss] canvas")).to_be_attached()
    page.evaluate("document.getElementById('panel-curves').style.minHeight = '3000px'")
    page.mouse.move(size[0] / 2, size[1] / 2)
    page.mouse.wheel(0, 4000)
    page.wait_for_function(f"() => {{ const [list, whole] = ({PLACES})(); return list > whole; }}")
    assert page.evaluate(sight.SEEN, "[role=tab]") == ["whole"] * 7
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_role("region", name="Keras program")).to_be_visible()
    found = page.evaluate(PLACES)
    assert found[0] == found[1] >= 0


def test_on_a_narrow_phone_the_chosen_tab_is_whole(new_page: NewPage, finished: str) -> None:
    page = new_page(viewport={"width": 300, "height": 600})
    page.goto(f"/?run={finished}")
    for key in ("End", "Home"):
        page.get_by_role("tab", selected=True).press(key)
        assert page.evaluate(sight.SEEN, "[role=tab][aria-selected=true]") == ["whole"]
