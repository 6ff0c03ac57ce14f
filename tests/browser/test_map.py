"""The Map and the Robustness tab of a run that is over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.live_server import LiveServer, wait_for

INKED = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.filter((value, n) => n % 4 === 3 && value > 0).length;
}"""


@pytest.fixture(scope="module")
def run_id(live_server: LiveServer) -> str:
    """A run of three epochs."""
    presets = live_server.get("/api/catalog").json()["presets"]
    config = next(preset["config"] for preset in presets if preset["name"] == "lecture")
    config["dataset"] = {"name": "mnist-5k", "train_samples": 600}
    config["fit"]["epochs"] = 3
    made = str(live_server.post("/api/runs", config).json()["id"])
    live_server.run_until(made, "finished")
    return made


def open_tab(page: Page, run_id: str, name: str) -> Locator:
    """The panel of a tab of the run."""
    page.goto(f"/?run={run_id}")
    page.get_by_role("tab", name=name).click()
    return page.get_by_role("tabpanel", name=name)


def points(panel: Locator) -> Locator:
    """The field of points, once it is drawn."""
    field = panel.get_by_role("slider")
    expect(field).to_be_visible(timeout=studio.PATIENCE)
    return field


def inked(field: Locator) -> int:
    """How many pixels of the field are not blank."""
    return int(field.locator("canvas").evaluate(INKED))


def test_the_map_is_read_by_keys_and_goes_to_the_pad(page: Page, run_id: str) -> None:
    panel = open_tab(page, run_id, "Map")
    field = points(panel)
    expect(panel.get_by_label("Layer")).to_have_value("3")
    expect(panel.get_by_text(re.compile("^After epoch 3: 1,000 test images"))).to_be_visible()
    field.press("Home")
    expect(field).to_have_attribute("aria-valuetext", re.compile(r"^Test image 0: a \d, "))
    first = field.get_attribute("aria-valuetext")
    field.press("ArrowRight")
    field.press("ArrowDown")
    expect(field).not_to_have_attribute("aria-valuetext", first or "")
    expect(panel.get_by_role("button", name="Put it on the pad")).to_be_enabled()
    field.press("Enter")
    expect(page.locator("#write").get_by_text(re.compile(r"confidence \S+%"))).to_be_visible(
        timeout=studio.PATIENCE
    )


def test_the_mouse_points_and_a_click_takes(page: Page, run_id: str) -> None:
    panel = open_tab(page, run_id, "Map")
    points(panel).scroll_into_view_if_needed()
    box = points(panel).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(panel.get_by_text(re.compile(r"^Test image \d+: a \d, "))).to_be_visible()
    expect(panel.get_by_role("button", name="Put it on the pad")).to_be_enabled()
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#write").get_by_text(re.compile(r"confidence \S+%"))).to_be_visible(
        timeout=studio.PATIENCE
    )


def test_digits_are_left_out_and_layers_changed(page: Page, run_id: str) -> None:
    panel = open_tab(page, run_id, "Map")
    field = points(panel)
    wait_for(lambda: inked(field) > 0, what="no point was drawn")
    whole = inked(field)
    panel.get_by_role("button", name="Show the digit 4").click()
    wait_for(lambda: 0 < inked(field) < whole, what="the fours are still there")
    without_4 = inked(field)
    panel.get_by_role("button", name="Wrong only").click()
    wait_for(lambda: 0 < inked(field) < without_4, what="the right ones are still there")
    panel.get_by_label("Layer").select_option("0")
    expect(panel.get_by_text(re.compile("of this layer's variance"))).to_be_visible()
    expect(panel.get_by_label("Layer").locator("option").nth(0)).to_have_text(
        "Pixels (28 × 28 × 1)"
    )
    panel.get_by_text("As a table").click()
    rows = panel.get_by_role("table", name="Each digit on the map").get_by_role("row")
    expect(rows).to_have_count(12)
    expect(rows.last).to_contain_text("1,000")


def test_tsne_comes_on_request(page: Page, run_id: str) -> None:
    panel = open_tab(page, run_id, "Map")
    points(panel)
    panel.get_by_label("Method").select_option("tsne")
    expect(panel.get_by_text("t-SNE is being computed")).to_be_visible()
    expect(panel.get_by_text(re.compile("the axes have no meaning"))).to_be_visible(
        timeout=2 * studio.PATIENCE
    )


def test_curves_of_robustness_have_a_table_and_the_slider_counts(
    new_page: NewPage, run_id: str
) -> None:
    page = new_page(color_scheme="dark")
    panel = open_tab(page, run_id, "Robustness")
    expect(panel.get_by_role("figure")).to_have_count(4, timeout=studio.PATIENCE)
    rotation = panel.get_by_role("figure").filter(has_text="Rotation")
    rotation.get_by_text("As a table").click()
    row = rotation.get_by_role("row").filter(has=page.get_by_role("rowheader", name="+90°"))
    upside = float(row.get_by_role("cell").inner_text().rstrip("%"))
    note = panel.get_by_text(re.compile("without distortion")).inner_text()
    clean = float(re.search(r"([\d.]+)% correct", note)[1])  # type: ignore[index]
    assert upside < clean - 20

    slider = panel.get_by_role("slider", name=re.compile("confidence of at least"))
    slider.press("Home")
    expect(panel.get_by_text("It predicts 100.00% of the test digits")).to_be_visible()
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "99.9%")
    expect(panel.get_by_text("It predicts 100.00%")).to_have_count(0)


def test_nothing_overflows_a_phone(new_page: NewPage, run_id: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN")
    for name, ready in (("特征分布图", "slider"), ("鲁棒性", "figure")):
        panel = open_tab(page, run_id, name)
        expect(panel.get_by_role(ready).first).to_be_visible(timeout=studio.PATIENCE)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") == 390
