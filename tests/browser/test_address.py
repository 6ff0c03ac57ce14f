"""Every state has an address: back, forward, a reload and a copied link bring it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.live_server import LiveServer


@pytest.fixture
def refusals() -> str:
    """A run that is not there, and weights that are not kept, are asked for."""
    return "404"


def trained(server: LiveServer, name: str) -> str:
    """The id of a run of three epochs that is over."""
    hidden, output = ({"type": "Dense", "units": units} for units in (20, 10))
    layers = [{"type": "Flatten"}, hidden, {**output, "activation": "softmax"}]
    config = {
        "name": name,
        "dataset": {"name": "mnist-5k", "train_samples": 300},
        "layers": layers,
        "fit": {"batch_size": 50, "epochs": 3},
        "seed": 3,
    }
    run_id = str(server.post("/api/runs", config).json()["id"])
    server.run_until(run_id, "finished")
    return run_id


@pytest.fixture(scope="module")
def first(live_server: LiveServer) -> str:
    """The id of a run."""
    return trained(live_server, "The first")


@pytest.fixture(scope="module")
def second(live_server: LiveServer, first: str) -> str:
    """The id of a newer run."""
    return trained(live_server, "The second")


def chosen(page: Page) -> Locator:
    """The tab that is chosen."""
    return page.get_by_role("tab", selected=True)


def layer_of_the_map(page: Page) -> Locator:
    """The chooser of the layer."""
    return page.get_by_role("tabpanel", name="Map").get_by_label("Layer")


def named(page: Page, address: str) -> None:
    """The address, but for the server, is this one."""
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))


def remark(page: Page) -> Locator:
    """Why something else is shown than the address named."""
    return page.locator("[data-part=remark]")


def test_runs_tabs_epochs_and_layers_come_back(new_page: NewPage, first: str, second: str) -> None:
    page = new_page()
    studio.open_studio(page)
    page.get_by_role("link", name="The first").click()
    expect(page.get_by_role("heading", name="The first")).to_be_visible()
    named(page, f"/?run={first}")
    page.get_by_role("tab", name="Map").click()
    layer = layer_of_the_map(page)
    expect(layer).to_have_value("2", timeout=studio.PATIENCE)
    layer.select_option("1")
    weights = page.get_by_label("Weights", exact=True)
    weights.select_option("2")
    whole = f"/?run={first}&tab=map&epoch=2&layer=1"
    named(page, whole)

    page.go_back()
    expect(weights).to_have_value("newest")
    expect(page.get_by_label("The run that predicts")).to_contain_text("this run, epoch 3")
    page.go_back()
    expect(layer).to_have_value("2")
    page.go_back()
    expect(chosen(page)).to_have_attribute("aria-controls", "panel-curves")
    named(page, f"/?run={first}")
    page.go_back()
    expect(page.get_by_role("link", name="The second")).to_be_visible()
    assert page.title() == "Studio · Inkling"
    for _step in range(4):
        page.go_forward()
    named(page, whole)

    for other in (page, new_page()):
        other.goto(whole)  # A reload, and the link in another browser.
        expect(chosen(other)).to_have_text("Map")
        expect(layer_of_the_map(other)).to_have_value("1")
        expect(other.get_by_label("Weights", exact=True)).to_have_value("2")
        expect(other.get_by_label("The run that predicts")).to_contain_text("this run, epoch 2")
        expect(remark(other)).to_be_hidden()


def test_cells_and_kinds_of_mistakes_come_back(new_page: NewPage, first: str) -> None:
    page = new_page()
    studio.open_studio(page, f"?run={first}&tab=test")
    cell = page.locator(".matrix .wrong button").first
    expect(cell).to_be_visible(timeout=studio.PATIENCE)
    cell.click()
    title = page.locator("#cell-title")
    expect(title).to_contain_text("predicted as")
    words = title.inner_text()
    place = page.url.partition("cell=")[2]
    page.go_back()
    expect(title).to_be_hidden()
    other = new_page()
    studio.open_studio(other, f"?run={first}&tab=test&cell={place}")
    expect(other.locator("#cell-title")).to_have_text(words, timeout=studio.PATIENCE)
    expect(other.locator(".matrix [aria-pressed=true]")).to_have_count(1)

    page.get_by_role("tab", name="Mistakes").click()
    truth = page.get_by_role("tabpanel", name="Mistakes").get_by_label("True digit")
    expect(truth).to_be_visible(timeout=studio.PATIENCE)
    truth.select_option(place[0])
    named(page, f"/?run={first}&tab=mistakes&truth={place[0]}")
    page.reload()
    expect(truth).to_have_value(place[0], timeout=studio.PATIENCE)
    page.go_back()
    expect(truth).to_have_value("")


def test_another_run_keeps_the_tab_and_not_the_epoch(
    new_page: NewPage, first: str, second: str
) -> None:
    page = new_page()
    studio.open_studio(page, f"?run={first}&tab=test&epoch=1")
    expect(page.get_by_text(re.compile("^After epoch 1: "))).to_be_visible(timeout=studio.PATIENCE)
    page.evaluate("id => history.pushState(null, '', `/?run=${id}&tab=test`)", second)
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("heading", name="The second")).to_be_visible()
    expect(page.get_by_text(re.compile("^After epoch 3: "))).to_be_visible(timeout=studio.PATIENCE)
    expect(remark(page)).to_be_hidden()


def test_what_names_nothing_is_said_and_left_out(page: Page, first: str) -> None:
    studio.open_studio(page, f"?run={first}&tab=nonsense&layer=two")
    expect(remark(page)).to_have_text("The address refers to something that does not exist.")
    expect(chosen(page)).to_have_attribute("aria-controls", "panel-curves")
    named(page, f"/?run={first}")
    page.get_by_role("tab", name="Code").click()
    expect(remark(page)).to_be_hidden()


@pytest.mark.parametrize(
    ("asked", "left", "sentence"),
    [
        ("&epoch=77", "", "The weights of epoch 77 are not kept"),
        ("&tab=map&layer=9", "&tab=map", "This network has no layer 9"),
        ("&tab=test&epoch=77", "&tab=test", "The weights of epoch 77 are not kept"),
    ],
)
def test_what_is_no_longer_there_gives_the_nearest_and_a_sentence(
    page: Page, first: str, asked: str, left: str, sentence: str
) -> None:
    studio.open_studio(page, f"?run={first}{asked}")
    expect(remark(page)).to_contain_text(sentence, timeout=studio.PATIENCE)
    named(page, f"/?run={first}{left}")
    expect(page.get_by_role("heading", name="The first")).to_be_visible()


def test_lessons_and_their_images_come_back(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/lessons?size=small")
    page.get_by_role("link", name=re.compile("Cross-entropy")).click()
    expect(page.get_by_role("heading", name="Cross-entropy")).to_be_visible()
    named(page, "/lessons/4?size=small")
    page.get_by_role("link", name="Lessons", exact=True).last.click()
    expect(page.get_by_role("heading", name="Cross-entropy")).to_be_hidden()
    named(page, "/lessons?size=small")
    page.go_back()
    other = new_page()
    for one in (page, other):
        one.goto("/lessons/4?size=small")
        expect(one.get_by_role("heading", name="Cross-entropy")).to_be_visible()
        expect(one.get_by_label("Images")).to_have_value("small")


def test_images_that_are_not_here_are_said(page: Page) -> None:
    page.goto("/lessons/4?size=huge")
    expect(remark(page)).to_have_text("The address refers to images that are not on this machine.")
    named(page, "/lessons/4")
    page.get_by_role("link", name=re.compile("→")).click()
    expect(remark(page)).to_be_hidden()


def test_a_comparison_comes_back(new_page: NewPage, first: str, second: str) -> None:
    page = new_page()
    page.goto("/runs")
    for name in ("The second", "The first"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Compare").click()
    title = page.get_by_role("heading", name="Compare")
    expect(title).to_be_visible()
    named(page, f"/runs?compare={second},{first}")
    page.go_back()
    expect(title).to_be_hidden()
    page.go_forward()
    expect(title).to_be_visible()
    other = new_page()
    for one in (page, other):
        one.goto(f"/runs?compare={second},{first}")
        links = (
            one.get_by_role("region", name="Compare").get_by_role("listitem").get_by_role("link")
        )
        expect(links).to_have_text(["The second", "The first"])
        expect(one.get_by_label("Select The first")).to_be_checked()
    other.get_by_role("button", name="Close").click()
    named(other, "/runs")
    expect(other.get_by_role("heading", name="Compare")).to_be_hidden()


def test_a_run_that_cannot_be_compared_is_said(page: Page, first: str, second: str) -> None:
    page.goto(f"/runs?compare={first},gone,{second}")
    expect(page.get_by_text("One of the runs to compare does not exist.")).to_be_visible()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    named(page, f"/runs?compare={first},{second}")
    page.goto(f"/runs?compare={first},gone")
    expect(page.get_by_text("One of the runs to compare does not exist.")).to_be_visible()
    named(page, "/runs")
    expect(page.get_by_text("1 run selected")).to_be_visible()


def test_a_digit_of_the_data_comes_back(page: Page) -> None:
    page.goto("/data?dataset=mnist-5k")
    digits = page.get_by_role("slider", name=re.compile("Digits"))
    expect(digits).to_have_attribute("aria-valuetext", re.compile("No. 1 of 4,000: digit"))
    page.get_by_role("button", name=re.compile("^7")).click()
    for _press in range(3):
        digits.press("ArrowRight")
    expect(digits).to_have_attribute("aria-valuetext", "No. 4 of 400: digit 7")
    named(page, "/data?dataset=mnist-5k&label=7&at=3")
    page.go_back()
    expect(digits).to_have_attribute("aria-valuetext", "No. 1 of 400: digit 7")
    page.go_back()
    expect(digits).to_have_attribute("aria-valuetext", re.compile("No. 1 of 4,000"))
    page.goto("/data?dataset=nonsense&part=test")
    expect(remark(page)).to_have_text("The address refers to something that does not exist.")
    expect(page).to_have_url(re.compile(r"/data\?dataset=mnist(-5k)?&part=test$"))


def test_a_cell_without_images_is_said(page: Page, live_server: LiveServer, first: str) -> None:
    counts = live_server.get(f"/api/runs/{first}/evaluation").json()["confusion"]
    none = next(
        f"{truth}-{answer}"
        for truth, row in enumerate(counts)
        for answer, count in enumerate(row)
        if not count
    )
    studio.open_studio(page, f"?run={first}&tab=test&cell={none}")
    expect(remark(page)).to_have_text("This test has no such image.", timeout=studio.PATIENCE)
    named(page, f"/?run={first}&tab=test")


def test_a_deleted_run_is_said(page: Page, live_server: LiveServer, first: str) -> None:
    gone = trained(live_server, "Gone")
    assert live_server.http.delete(f"{live_server.url}/api/runs/{gone}").ok
    studio.open_studio(page, f"?run={gone}&tab=map&epoch=2")
    expect(page.get_by_role("heading", name="This run does not exist")).to_be_visible()
    page.get_by_role("link", name="All runs").filter(visible=True).click()
    page.get_by_role("link", name="The first").click()
    expect(page.get_by_role("heading", name="The first")).to_be_visible()
