"""The list of runs: sorted by its headings, with chosen columns; several are deleted at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.test_access import violations
from tests.live_server import wait_for
from tests.server_process import Server

Make = Callable[..., str]


@pytest.fixture
def make(shared: Server, config: dict[str, Any]) -> Make:
    """Makes a run that is finished; its id."""

    def made(name: str, **changes: Any) -> str:
        run_id = shared.create({**config, **changes}, name=name)
        wait_for(lambda: shared.status(run_id) == "finished")
        return run_id

    return made


def names(page: Page) -> list[str]:
    """What the list shows, from the top."""
    return page.locator("#rows .name a").all_inner_texts()


def expect_names(page: Page, wanted: list[str]) -> None:
    expect(page.locator("#rows .name a")).to_have_text(wanted)


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("columnheader", name=name, exact=True)


def search(page: Page, words: str, count: int) -> None:
    page.get_by_role("searchbox").fill(words)
    expect(page.locator("#rows tr")).to_have_count(count)


def test_headings_sort_by_click_and_by_keyboard(context: BrowserContext, make: Make) -> None:
    for name, units in (("Sorted b", 30), ("Sorted c", 20), ("Sorted a", 40)):
        layers = [{"type": "Flatten"}, {"type": "Dense", "units": units}]
        make(name, layers=[*layers, {"type": "Dense", "units": 10, "activation": "softmax"}])
    page = context.new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/runs")
    search(page, "sorted", 3)
    expect(heading(page, "Created")).to_have_attribute("aria-sort", "descending")
    expect_names(page, ["Sorted a", "Sorted c", "Sorted b"])
    page.get_by_role("button", name="Params", exact=True).click()
    expect_names(page, ["Sorted a", "Sorted b", "Sorted c"])
    expect(heading(page, "Params")).to_have_attribute("aria-sort", "descending")
    expect(heading(page, "Created")).not_to_have_attribute("aria-sort", re.compile("."))
    button = page.get_by_role("button", name="Params", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect_names(page, ["Sorted c", "Sorted b", "Sorted a"])
    expect(heading(page, "Params")).to_have_attribute("aria-sort", "ascending")
    expect(button).to_be_focused()
    page.get_by_role("button", name="Run", exact=True).press("Space")
    expect_names(page, ["Sorted a", "Sorted b", "Sorted c"])


def test_columns_are_chosen_and_remembered(context: BrowserContext, make: Make) -> None:
    make("With columns", fit={"batch_size": 32, "epochs": 2}, seed=4_000_000_000)
    page = context.new_page()
    page.goto("/runs")
    search(page, "with columns", 1)
    row = page.get_by_role("row").filter(has_text="With columns")
    expect(heading(page, "Batch size")).to_have_count(0)
    button = page.get_by_role("button", name="Columns")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.press("Enter")
    panel = page.get_by_role("region", name="Columns")
    panel.get_by_label("Batch size").check()
    panel.get_by_label("Seed").check()
    panel.get_by_label("Curve", exact=True).uncheck()
    expect(heading(page, "Batch size")).to_be_visible()
    expect(row.get_by_role("cell", name="32", exact=True)).to_be_visible()
    expect(row.get_by_role("cell", name="4000000000", exact=True)).to_be_visible()
    expect(heading(page, "Curve")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()
    page.get_by_role("button", name="Seed").click()
    expect(heading(page, "Seed")).to_have_attribute("aria-sort", "ascending")
    page.goto("/runs")
    expect(heading(page, "Seed")).to_be_visible()
    button.click()
    page.get_by_role("button", name="Reset the columns").click()
    expect(heading(page, "Seed")).to_have_count(0)
    expect(heading(page, "Curve")).to_be_visible()


def test_a_link_brings_filter_order_and_columns_back(
    browser: Browser, context: BrowserContext, shared: Server, make: Make
) -> None:
    for name in ("Linked b", "Linked a"):
        make(name)
    page = context.new_page()
    page.goto("/runs")
    search(page, "linked", 2)
    expect(page).to_have_url(re.compile(r"/runs\?q=linked$"))
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("combobox", name="Status").select_option("finished")
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Seed").check()
    page.get_by_label("Curve", exact=True).uncheck()
    expect(page).to_have_url(
        re.compile(r"\?q=linked&status=finished&sort=name&columns=[\w,]+seed$")
    )
    expect_names(page, ["Linked a", "Linked b"])

    other = browser.new_context(base_url=shared.url, locale="en-US").new_page()
    visits: tuple[Callable[[], object], ...] = (lambda: other.goto(page.url), other.reload)
    for visit in visits:
        visit()
        expect_names(other, ["Linked a", "Linked b"])
        expect(other.get_by_role("searchbox")).to_have_value("linked")
        expect(other.get_by_role("combobox", name="Status")).to_have_value("finished")
        expect(heading(other, "Run")).to_have_attribute("aria-sort", "ascending")
        expect(heading(other, "Seed")).to_be_visible()
        expect(heading(other, "Curve")).to_have_count(0)
    other.goto("/runs")
    expect(heading(other, "Curve")).to_be_visible()
    expect(heading(other, "Seed")).to_have_count(0)
    other.context.close()

    page.go_back()  # the columns, chosen at a stretch
    expect(heading(page, "Seed")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("combobox", name="Status")).to_have_value("")
    page.go_back()
    expect_names(page, ["Linked a", "Linked b"])
    expect(heading(page, "Created")).to_have_attribute("aria-sort", "descending")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.go_forward()
    expect(page.get_by_role("searchbox")).to_have_value("linked")
    expect(page.locator("#rows tr")).to_have_count(2)


def test_an_address_that_asks_for_what_is_not_there_is_put_right(
    context: BrowserContext, make: Make
) -> None:
    make("Is there")
    page = context.new_page()
    page.goto("/runs?q=is+there&status=gone&sort=colour&columns=seed,colour")
    expect_names(page, ["Is there"])
    expect(page).to_have_url(re.compile(r"/runs\?q=is\+there&columns=seed$"))
    expect(heading(page, "Seed")).to_be_visible()


def test_nothing_grave_stands_in_anyones_way(browser: Browser, shared: Server, make: Make) -> None:
    make("For everyone")
    for theme in ("light", "dark"):
        context = browser.new_context(
            base_url=shared.url, locale="en-US", color_scheme=theme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto("/runs")
        search(page, "for everyone", 1)
        page.get_by_label("Actions for For everyone").click()
        assert violations(page) == [], f"menu, {theme}"
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Columns").click()
        for name in ("Seed", "Batch size", "Learning rate", "Optimizer"):
            page.get_by_label(name, exact=True).check()
        assert violations(page) == [], f"columns, {theme}"
        page.get_by_label("Select all runs shown").check()
        page.get_by_role("button", name="Delete 1 run").click()
        assert violations(page) == [], f"question, {theme}"
        context.close()


def test_sizes_on_disk_are_shown(context: BrowserContext, shared: Server, make: Make) -> None:
    run_id = make("Takes space")
    page = context.new_page()
    page.goto("/runs")
    cell = page.locator(f'tr[data-id="{run_id}"] .disk_bytes')
    expect(cell).to_have_text(re.compile(r"^\d[\d.]* (byte|kB|MB)$"))


def test_several_are_deleted_after_one_question(
    context: BrowserContext, shared: Server, make: Make, config: dict[str, Any]
) -> None:
    config["layers"][1]["units"] = 321
    for n in range(3):
        make(f"Several {n}", layers=config["layers"])
    busy = shared.create(config, name="slow", fit={"batch_size": 100, "epochs": 2000})
    wait_for(lambda: shared.status(busy) in ("starting", "running"))
    page = context.new_page()
    page.goto("/runs")
    search(page, "321", 4)
    page.get_by_label("Select all runs shown").check()
    expect(page.get_by_text("4 runs selected")).to_be_visible()
    page.get_by_label("Select Several 1").uncheck()
    expect(page.get_by_label("Select all runs shown")).to_be_checked(indeterminate=True)
    page.get_by_role("button", name="Delete 3 runs").click()
    dialog = page.get_by_role("dialog", name="Delete 3 runs?")
    expect(dialog.get_by_role("listitem")).to_have_text(["slow", "Several 2", "Several 0"])
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert len(names(page)) == 4
    page.get_by_role("button", name="Delete 3 runs").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 3 runs").click()
    said = "2 runs deleted. Not deleted: “slow”. This run is training."
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    expect_names(page, ["slow", "Several 1"])
    expect(page.get_by_text("1 run selected")).to_be_visible()
    requests.post(f"{shared.url}/api/runs/{busy}/stop", timeout=10)


def test_more_can_be_selected_than_compared(context: BrowserContext, make: Make) -> None:
    for n in range(9):
        make(f"Many {n}")
    page = context.new_page()
    page.goto("/runs")
    search(page, "many", 9)
    page.get_by_label("Select all runs shown").check()
    compare = page.get_by_role("button", name="Compare", exact=True)
    expect(compare).to_be_disabled()
    expect(page.get_by_text("At most 8 runs can be compared.")).to_be_visible()
    page.get_by_label("Select Many 0").uncheck()
    expect(compare).to_be_enabled()


def test_a_question_ends_with_its_page(context: BrowserContext, make: Make) -> None:
    make("Asked about")
    page = context.new_page()
    page.goto("/runs")
    page.get_by_label("Select Asked about").check()
    page.get_by_role("button", name="Delete 1 run").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    script = page.locator('script[type="module"][src*="runs/runs.js"]').get_attribute("src")
    page.evaluate("async (src) => (await import(src)).dispose()", script)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_menu_of_the_last_row_is_whole(context: BrowserContext, make: Make) -> None:
    make("Low down")
    page = context.new_page()
    page.set_viewport_size({"width": 1366, "height": 500})
    page.goto("/runs")
    search(page, "low down", 1)
    page.get_by_label("Actions for Low down").click()
    item = page.get_by_role("button", name="Rename")
    expect(item).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(page.get_by_label("Actions for Low down")).to_be_focused()


def test_on_a_phone_columns_are_lines_of_a_card(
    browser: Browser, shared: Server, make: Make
) -> None:
    make("On a card")
    context = browser.new_context(
        base_url=shared.url, locale="en-US", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/runs")
    search(page, "on a card", 1)
    line = page.locator("#rows td.test_accuracy")
    label = line.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert label == '"Test accuracy"'
    name, cell = page.locator("#rows td.name").bounding_box(), line.bounding_box()
    assert name and cell and cell["y"] >= name["y"] + name["height"] and cell["x"] == name["x"]
    page.get_by_label("Sort by").select_option("name")
    page.get_by_role("button", name="Lowest first").click()
    expect(page.get_by_role("button", name="Highest first")).to_be_visible()
    context.close()
