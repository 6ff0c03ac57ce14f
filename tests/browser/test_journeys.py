"""Three people's ways through the program get no longer, on a laptop, on a phone, in Chinese."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import journeys
from tests.browser.journeys import PHONE, Way
from tests.live_server import wait_for
from tests.server_process import Server

LAPTOP = {"stranger": Way(2, 0, 0), "finder": Way(2, 0, 0), "repeater": Way(7, 1, 1)}
MOST = {
    "1366x768 en": LAPTOP,
    "1366x768 zh": LAPTOP,
    PHONE: {"stranger": Way(3, 0, 0), "finder": Way(2, 0, 1), "repeater": Way(7, 1, 5)},
}
"""The longest way allowed: presses, fields, screens scrolled."""


@pytest.mark.parametrize("screen", journeys.SCREENS)
@pytest.mark.parametrize("journey", journeys.JOURNEYS)
def test_nobody_goes_farther_than_before(
    browser: Browser, shared: Server, config: dict[str, Any], screen: str, journey: str
) -> None:
    name = f"Found on {screen} by the {journey}"
    run_id = shared.create(config, name=name)
    wait_for(lambda: shared.status(run_id) == "finished")
    page = journeys.open_page(browser, shared.url, screen, journey)
    way = journeys.JOURNEYS[journey](page, name)
    page.context.close()
    most = MOST[screen][journey]
    assert all(is_long <= allowed for is_long, allowed in zip(way, most, strict=True)), (way, most)
