"""Whose a run is, and what a server asks to wait for, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live_server import wait_for
from tests.server_process import Server, serving

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
        expect(page.locator("#watch [data-part=pill]")).to_contain_text("training")
        expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible(visible=may)
        expect(page.locator("#watch").get_by_role("button", name="Rename")).to_be_visible(
            visible=may
        )
        expect(page.get_by_text(ONLY)).to_be_visible(visible=not may)
    other.get_by_role("link", name="Log in").click()
    other.get_by_label("Administrator's token").fill(ADMIN)
    other.get_by_role("button", name="Log in").click()
    expect(other).to_have_url(re.compile(r"/$"))
    other.goto(f"/?run={run_id}")
    other.get_by_role("button", name="Stop", exact=True).click()
    expect(owner.locator("#watch [data-part=pill]")).to_contain_text("stopped")
    for page in (owner, other):
        page.context.close()


def test_ones_own_runs_come_first_and_those_of_others_have_no_controls(
    browser: Browser, administered: Server, config: dict[str, Any]
) -> None:
    owner, other = visitor(browser, administered), visitor(browser, administered)
    config["fit"]["epochs"] = 1
    foreign = create(owner, {**config, "name": "Foreign"})
    own = create(other, {**config, "name": "Own"})
    other.goto("/runs")
    expect(other.get_by_role("link", name="Own", exact=True)).to_be_visible()
    expect(other.get_by_role("link", name="Foreign", exact=True)).to_have_count(0)
    other.get_by_label("Owner").select_option("All")
    expect(other.get_by_role("link", name="Foreign", exact=True)).to_be_visible()
    for run_id, may in ((own, True), (foreign, False)):
        menu = other.locator(f'tr[data-id="{run_id}"] details')
        menu.locator("summary").click()
        expect(menu.get_by_role("link", name="Open in the Studio")).to_be_visible()
        for name in ("Rename", "Delete"):
            expect(menu.get_by_role("button", name=name)).to_be_visible(visible=may)
        other.keyboard.press("Escape")
    wait_for(lambda: [administered.status(one) for one in (own, foreign)] == ["finished"] * 2)
    other.goto("/")
    chooser = other.locator("#write").get_by_role("combobox")
    expect(chooser.locator("optgroup").first).to_have_attribute("label", "Mine")
    expect(
        chooser.locator(f'optgroup[label="Owned by others"] option[value="{foreign}"]')
    ).to_have_count(1)
    expect(chooser).to_have_value(own)
    for page in (owner, other):
        page.context.close()


def test_a_lesson_that_others_have_run_is_not_run_by_me(
    browser: Browser, administered: Server
) -> None:
    owner, other = visitor(browser, administered), visitor(browser, administered)
    answer = owner.request.get("/api/lessons").json()
    run_id = create(owner, answer["experiments"]["1"]["sizes"]["small"]["config"])
    wait_for(lambda: administered.status(run_id) == "finished")
    for page, word in ((owner, "Run again"), (other, "Run it")):
        page.goto("/lessons/1?size=small")
        expect(page.get_by_role("button", name=word)).to_be_visible()
    other.get_by_label("Owner").select_option("All")
    expect(other.get_by_role("button", name="Run again")).to_be_visible()
    for page in (owner, other):
        page.context.close()


def test_forgetting_me_gives_up_runs_and_drafts(
    browser: Browser, administered: Server, config: dict[str, Any]
) -> None:
    page = visitor(browser, administered)
    page.get_by_role("textbox", name="Epochs").fill("7")
    create(page, {**config, "name": "Was mine"})
    page.goto("/runs")
    expect(page.get_by_role("link", name="Was mine", exact=True)).to_be_visible()
    page.get_by_role("button", name="Forget me on this computer").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget me").click()
    expect(page.get_by_text("You have no runs on this server yet")).to_be_visible()
    page.get_by_label("Owner").select_option("All")
    expect(page.get_by_role("link", name="Was mine", exact=True)).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("textbox", name="Epochs")).not_to_have_value("7")
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
