"""The login form in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import sight
from tests.browser.test_access import violations
from tests.browser.test_everywhere import overflow
from tests.server_process import Server, serving

TOKEN = "a token that is long enough"

FIRST_MESSAGE = """() => new Promise((resolve, reject) => {
  const address = `ws://${location.host}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(address);
  socket.onmessage = (message) => { resolve(message.data); socket.close(); };
  socket.onerror = () => reject(new Error("refused"));
})"""
"""What the server says first to a WebSocket of the page."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an access token."""
    data_dir = tmp_path_factory.mktemp("guarded") / "data"
    with serving(data_dir, INKLING_ACCESS_TOKEN=TOKEN) as server:
        yield server


def test_in_and_out(browser: Browser, guarded: Server) -> None:
    context = browser.new_context(base_url=guarded.url, locale="en-US")
    page = context.new_page()
    page.goto("/runs?page=1")
    field = page.get_by_label("Access token")
    expect(field).to_be_focused()
    page.keyboard.type("a wrong token")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the access token")
    page.get_by_role("button", name="中文").click()
    page.get_by_label("访问令牌").fill(TOKEN)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile(r"/runs\?page=1$"))
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("访问令牌")).to_be_visible()
    page.goto("/")
    expect(page).to_have_url(re.compile("/login"))
    context.close()


def test_the_pages_own_sockets_come_in_with_the_session(browser: Browser, guarded: Server) -> None:
    context = browser.new_context(base_url=guarded.url, locale="en-US")
    page = context.new_page()
    page.goto("/runs")
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    assert page.evaluate(FIRST_MESSAGE).startswith("0{")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_form_fits_a_phone_and_everybody(
    browser: Browser, guarded: Server, theme: str, locale: str
) -> None:
    context = browser.new_context(
        base_url=guarded.url,
        locale=locale,
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": 390, "height": 844},
    )
    page: Page = context.new_page()
    page.goto("/login")
    assert overflow(page) <= 0
    assert violations(page) == []
    page.get_by_role("textbox").fill(TOKEN)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    assert page.evaluate(sight.SEEN, ".top :is(a, button)") == ["whole"] * 9
    assert overflow(page) <= 0
    context.close()
