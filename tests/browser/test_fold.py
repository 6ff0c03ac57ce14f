"""What is in sight without scrolling, on every screen, in both languages and themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sight, studio
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.browser

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
            assert found.whole("facts") == len(found.seen["facts"]) >= 3, said
            assert found.whole("train") == found.whole("pad") == 1, said
            assert found.whole("bars") == 10, said
            assert found.seen["fit"][0] == "whole" or screen.width < 1280, said
