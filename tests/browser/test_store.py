"""The runs that pages know: what is deleted, made or changed elsewhere is so in every tab."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import studio
from tests.server_process import Server

DELETED = "This run was deleted."


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
        table.get_by_label(f"Select {name}", exact=True).check()
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


def test_a_run_deleted_while_nobody_could_report_is_let_go(
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
    page.get_by_role("button", name="Run", exact=True).click()
    expect(rows.first).to_contain_text("Page 00")


COUNT_CHARTS = """
  window.charts = { made: 0, ended: 0 };
  let real;
  Object.defineProperty(window, "uPlot", {
    configurable: true,
    get: () => real,
    set(library) {
      real = new Proxy(library, {
        construct(target, given) {
          window.charts.made += 1;
          const plot = Reflect.construct(target, given);
          const destroy = plot.destroy;
          plot.destroy = () => { window.charts.ended += 1; destroy(); };
          return plot;
        },
      });
    },
  });
"""
"""Counts the charts that the page makes and destroys."""


@pytest.fixture
def beside(shared: Server, make: Callable[..., str]) -> Iterator[str]:
    """A run that is over before the steady one begins: there is one worker."""
    run_id = make("Beside")
    finished(shared, run_id)
    yield run_id
    delete(shared, run_id)


@pytest.fixture
def steady(shared: Server, config: dict[str, Any], make: Callable[..., str]) -> Iterator[str]:
    """A run whose epochs take a second each; it is stopped in the end."""
    run_id = make("steady", fit={**config["fit"], "epochs": 500})
    until(lambda: shared.status(run_id) == "running")
    yield run_id
    requests.post(f"{shared.url}/api/runs/{run_id}/stop", timeout=10)
    delete(shared, run_id)


def epoch_in(page: Page, run_id: str) -> int:
    """The epoch that the run's row shows."""
    text = page.locator(f'tr[data-id="{run_id}"] .epoch').inner_text()
    return int(text.partition(" / ")[0])


def pass_epochs(page: Page, run_id: str, count: int = 2) -> None:
    """Wait until the row has shown so many new epochs."""
    began = epoch_in(page, run_id)
    until(lambda: epoch_in(page, run_id) >= began + count)


def test_compare_uses_its_charts_again_and_ends_them(
    context: BrowserContext, beside: str, steady: str
) -> None:
    context.add_init_script(COUNT_CHARTS)
    page = open_list(context, "steady", "Beside")
    for name in ("steady", "Beside"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Compare").click()
    page.get_by_label("Which curves").select_option("In training")
    twin = page.locator("#compare details.twin").first
    twin.get_by_text("As a table").click()
    lines = twin.get_by_role("rowheader").filter(has_text="")
    before = lines.count()
    pass_epochs(page, steady, 3)
    until(lambda: lines.count() > before)
    made = page.evaluate("window.charts")
    assert made["made"] - made["ended"] == 2 and made["made"] <= 4, made
    page.locator("#compare").get_by_role("button", name="Close").click()
    expect(page.locator(".uplot")).to_have_count(0)
    assert page.evaluate("window.charts.made === window.charts.ended")


def test_an_answer_is_dimmed_while_the_run_that_follows_waits(
    context: BrowserContext, shared: Server, beside: str, steady: str
) -> None:
    page = context.new_page()
    page.goto(f"/?run={beside}")
    studio.write(page, studio.SEVEN)
    expect(page.locator("[data-part=digit]")).to_have_text(re.compile(r"^\d$"))
    reply = page.locator("[data-part=reply]")
    expect(reply).not_to_have_class(re.compile("outdated"))
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(lambda url: beside not in url)
    waits = studio.run_named(page)
    expect(page.locator("[data-part=pill]")).to_contain_text("in the queue")
    expect(reply).to_have_class(re.compile("outdated"))
    requests.post(f"{shared.url}/api/runs/{waits}/stop", timeout=10)
    delete(shared, waits)


def test_a_row_drawn_anew_keeps_the_focus_and_loses_no_click(
    context: BrowserContext, steady: str
) -> None:
    page, witness = open_list(context, "steady"), open_list(context, "steady")
    link = page.get_by_role("link", name="steady", exact=True)
    link.focus()
    pass_epochs(page, steady)
    expect(link).to_be_focused()

    menu = page.locator(f'tr[data-id="{steady}"] details')
    menu.locator("summary").click()
    item = menu.get_by_role("link", name="Duplicate and change one thing")
    item.focus()
    pass_epochs(page, steady)
    expect(item).to_be_focused()
    page.keyboard.press("Escape")

    box = page.get_by_label("Select steady")
    box.hover()
    page.mouse.down()
    pass_epochs(witness, steady)
    page.mouse.up()
    expect(box).to_be_checked()
    pass_epochs(page, steady)
    expect(box).to_be_checked()
