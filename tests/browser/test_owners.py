"""Whose a run is, and what a server asks to wait for, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server_process import Server, serving

pytestmark = pytest.mark.browser

ADMIN = "the administrator's own token"
ONLY = "only its owner or the administrator can change it"


@pytest.fixture(scope="module")
def administered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where only the administrator has a token."""
    data_dir = tmp_path_factory.mktemp("administered") / "data"
    with serving(data_dir, INKLING_ADMIN_TOKEN=ADMIN) as server:
        yield server


def visitor(browser: Browser, server: Server) -> Page:
    """A page of another browser, at the Studio."""
    page = browser.new_context(base_url=server.url, locale="en-US").new_page()
    page.goto("/")
    return page


def create(page: Page, config: dict[str, Any]) -> str:
    """A run that the page's browser makes."""
    answer = page.request.post("/api/runs", data=config)
    assert answer.status == 201
    return str(answer.json()["id"])


def test_others_watch_a_run_and_the_administrator_stops_it(
    browser: Browser, administered: Server, config: dict[str, Any]
) -> None:
    owner, other = visitor(browser, administered), visitor(browser, administered)
    config["fit"]["epochs"] = 5000
    run_id = create(owner, {**config, "name": "slow"})
    for page, may in ((owner, True), (other, False)):
        page.goto(f"/?run={run_id}")
        expect(page.locator("#watch [data-part=pill]")).to_contain_text("learning")
        expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible(visible=may)
        expect(page.locator("#watch").get_by_role("button", name="Rename")).to_be_visible(
            visible=may
        )
        expect(page.get_by_text(ONLY)).to_be_visible(visible=not may)
    other.get_by_role("link", name="Log in").click()
    other.get_by_label("Administrator’s token").fill(ADMIN)
    other.get_by_role("button", name="Log in").click()
    expect(other).to_have_url(re.compile(r"/$"))
    other.goto(f"/?run={run_id}")
    other.get_by_role("button", name="Stop", exact=True).click()
    expect(owner.locator("#watch [data-part=pill]")).to_contain_text("stopped")
    for page in (owner, other):
        page.context.close()


USED_UP = """async () => {
  const tried = [];
  while (tried.length < 100 && tried.at(-1) !== 429) tried.push((await fetch("/healthz")).status);
  const { get } = await import(document.querySelector("script[src$='js/shell.js']").src
    .replace("shell.js", "api.js"));
  return [tried.at(-1), (await get("/api/runs")).runs.length];
}"""
"""Uses up what the browser may ask, then asks once more as the page does."""


def test_a_page_that_is_refused_waits_and_goes_on(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]
) -> None:
    data_dir = tmp_path_factory.mktemp("limited") / "data"
    with serving(data_dir, INKLING_RATE_LIMIT="40") as server:
        page = visitor(browser, server)
        create(page, config)
        expect(page.locator("#build")).to_be_visible()
        assert page.evaluate(USED_UP) == [429, 1]
        page.context.close()
