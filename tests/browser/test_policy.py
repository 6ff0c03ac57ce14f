"""The content policy in a real browser: no script of a page can make HTML or scripts of text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.live_server import LiveServer

TRIED = """() => [
  () => (document.createElement("p").innerHTML = "<b>text</b>"),
  () => (document.createElement("script").src = "/static/js/shell.js"),
  () => trustedTypes.createPolicy("another", { createHTML: (text) => text }),
].map((act) => { try { return String(act()); } catch (error) { return error.name; } })"""


@pytest.mark.parametrize("path", ["/", "/runs", "/lessons/1", "/data"])
def test_text_becomes_no_html_and_no_script(
    browser: Browser, live_server: LiveServer, path: str
) -> None:
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    answers = page.evaluate(TRIED)
    context.close()
    assert answers == ["TypeError"] * 3
