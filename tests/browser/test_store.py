"""The runs that pages know: what is deleted, made or changed elsewhere is so in every tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.server_process import Server

pytestmark = pytest.mark.browser

DELETED = "This run was deleted."


@pytest.fixture
def context(browser: Browser, shared: Server) -> Iterator[BrowserContext]:
    """One browser at a server with fake workers; nothing may go wrong in its pages."""
    made = browser.new_context(base_url=shared.url, locale="en-US")
    wrong: list[str] = []
    made.on("weberror", lambda error: wrong.append(str(error.error)))
    yield made
    made.close()
    assert wrong == []


@pytest.fixture
def make(shared: Server, config: dict[str, Any]) -> Callable[..., str]:
    """Makes a run that is soon finished; its id."""

    def made(name: str, **changes: Any) -> str:
        return shared.create(config, name=name, **changes)

    return made


def delete(server: Server, run_id: str) -> None:
    """Delete a run behind the pages' back, once it is over."""

    def gone() -> bool:
        answer = requests.delete(f"{server.url}/api/runs/{run_id}", timeout=10)
        assert answer.status_code in (204, 409), answer.text
        return answer.status_code == 204

    until(gone)


def until(condition: Callable[[], bool]) -> None:
    """Wait until the server says so."""
    from tests.live_server import wait_for

    wait_for(condition)


def finished(server: Server, run_id: str) -> None:
    """Wait until the run is over."""
    until(lambda: server.status(run_id) == "finished")


def open_list(context: BrowserContext, *names: str) -> Page:
    """The Runs screen with these runs on it."""
    page = context.new_page()
    page.goto("/runs")
    for name in names:
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    return page


def test_every_tab_lets_go_of_a_deleted_run(
    context: BrowserContext, shared: Server, make: Callable[..., str]
) -> None:
    gone, *others = (make(name) for name in ("Goes", "Stays", "Stays too"))
    for run_id in (gone, *others):
        finished(shared, run_id)
    table = open_list(context, "Goes", "Stays")
    for name in ("Goes", "Stays"):
        table.get_by_label(f"Select {name} to compare").check()
    table.get_by_role("button", name="Compare").click()
    expect(table.get_by_role("heading", name="Compare")).to_be_visible()

    watching = context.new_page()
    watching.goto(f"/?run={gone}")
    expect(watching.get_by_role("heading", name="Goes")).to_be_visible()
    writing = context.new_page()
    writing.goto(f"/?run={others[0]}")
    chooser = writing.locator("#write").get_by_role("combobox")
    chooser.select_option(gone)

    delete(shared, gone)
    expect(table.get_by_role("link", name="Goes")).to_have_count(0)
    expect(table.get_by_text(f"Goes: {DELETED}")).to_be_visible()
    expect(table.get_by_role("heading", name="Compare")).to_be_hidden()
    expect(table.get_by_text("1 run selected")).to_be_visible()
    expect(watching.locator("#watch").get_by_text(DELETED)).to_be_visible()
    expect(watching.get_by_role("heading", name="Goes")).to_be_hidden()
    for page in (watching, writing):
        expect(page.locator("#write").get_by_text(DELETED)).to_be_visible()
        expect(page.locator(f'#write option[value="{gone}"]')).to_have_count(0)
    expect(chooser).to_have_value("")


def test_a_run_deleted_while_nobody_could_tell_is_let_go(
    context: BrowserContext, shared: Server, make: Callable[..., str]
) -> None:
    gone = make("Goes unseen")
    finished(shared, gone)
    table = open_list(context, "Goes unseen")
    watching = context.new_page()
    watching.goto(f"/?run={gone}")
    expect(watching.get_by_role("heading", name="Goes unseen")).to_be_visible()
    context.set_offline(True)
    for page in (table, watching):
        page.evaluate("window.dispatchEvent(new Event('offline'))")
        expect(page.get_by_text("The connection is lost").first).to_be_visible()
    delete(shared, gone)
    context.set_offline(False)
    expect(table.get_by_role("link", name="Goes unseen")).to_have_count(0, timeout=20_000)
    expect(watching.locator("#watch").get_by_text(DELETED)).to_be_visible(timeout=20_000)


def test_more_skips_nothing_and_filters_hide_nothing(
    context: BrowserContext, shared: Server, make: Callable[..., str]
) -> None:
    for n in range(52):
        make(f"Page {n:02}")
    page = open_list(context, "Page 51")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(50)
    expect(page.get_by_role("link", name="Page 00")).to_have_count(0)
    page.get_by_role("searchbox").fill("page 00")
    expect(page.get_by_role("link", name="Page 00")).to_be_visible()
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("page")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(52)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    page.get_by_label("Sort by").select_option("name")
    expect(rows.first).to_contain_text("Page 00")
