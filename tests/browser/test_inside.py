"""The Inside tab: what lights up, what it looks for, how it changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.live_server import LiveServer, wait_for

RUN = {
    "name": "To look into",
    "seed": 1,
    "dataset": {"name": "mnist-5k", "train_samples": 600},
    "layers": [
        {"type": "Conv2D", "filters": 4, "kernel_size": 5, "activation": "relu"},
        {"type": "MaxPooling2D"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 12, "activation": "tanh"},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "fit": {"epochs": 3, "batch_size": 50},
}

FULL = """canvas => {
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const seen = new Set();
  for (let n = 0; n < data.length; n += 4) seen.add(data.slice(n, n + 4).join());
  return seen.size;
}"""
"""How many colours a canvas holds."""

WHITE_OR_BLACK = """canvas => {
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let sum = 0;
  for (let n = 0; n < data.length; n += 4) sum += data[n] + data[n + 1] + data[n + 2];
  return sum / (3 * width * height);
}"""
"""How bright a canvas is, 0-255."""


@pytest.fixture(scope="module")
def run_id(live_server: LiveServer) -> str:
    """A small convolution that has been trained."""
    created = live_server.post("/api/runs", RUN)
    assert created.status_code == 201, created.text
    made: str = created.json()["id"]
    live_server.run_until(made, "finished")
    return made


def panel(page: Page) -> Locator:
    return page.get_by_role("tabpanel", name="Inside")


def open_inside(page: Page, run_id: str) -> None:
    studio.open_studio(page, f"?run={run_id}")
    page.get_by_role("tab", name="Inside").click()


def expect_painted(canvas: Locator, least: int = 3) -> None:
    """Wait until a canvas holds a picture: more than one or two colours."""
    expect(canvas).to_be_visible(timeout=studio.PATIENCE)
    page = canvas.page
    page.wait_for_function(
        f"([canvas, least]) => ({FULL})(canvas) >= least",
        arg=[canvas.element_handle(), least],
        timeout=studio.PATIENCE,
    )


def test_what_is_written_lights_up_layer_by_layer(page: Page, run_id: str) -> None:
    open_inside(page, run_id)
    inside = panel(page)
    expect(inside.get_by_text("Write a digit on the pad")).to_be_visible()
    studio.write(page, studio.SEVEN)
    layers = inside.locator(".lit-layer")
    expect(layers).to_have_count(4, timeout=studio.PATIENCE)
    kinds = ["Conv2D", "MaxPooling2D", "Dense", "Dense"]
    expect(layers.get_by_role("heading")).to_have_text(
        [re.compile(rf"\d · {kind}\b") for kind in kinds]
    )
    for n in range(4):
        expect_painted(layers.nth(n).locator("canvas"), least=2)
    says = page.locator("#write .says")
    expect(says).to_have_text(re.compile(r"^\s*\d"))

    def agree() -> bool:
        said = says.inner_text().strip()[0]  # anew each time: the ink's last answer may be to come
        return inside.get_by_text(re.compile(rf"it predicts {said},")).is_visible()

    wait_for(agree, what="pad and tab differ")
    expect_painted(inside.get_by_role("slider", name="Which pixels counted").locator("canvas"))
    expect_painted(inside.get_by_role("slider", name="The effect of a change").locator("canvas"))
    page.get_by_role("button", name="Clear").click()
    expect(inside.get_by_text("Write a digit on the pad")).to_be_visible()
    expect(layers.first).to_be_hidden()


def test_pictures_can_be_read_by_keys_and_as_tables(page: Page, run_id: str) -> None:
    open_inside(page, run_id)
    studio.write(page, studio.SEVEN)
    inside = panel(page)
    answer = inside.locator(".lit-layer").last
    units = answer.get_by_role("slider")
    expect(units).to_be_visible(timeout=studio.PATIENCE)
    units.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(units).to_have_attribute("aria-valuetext", re.compile(r"^Neuron 1: "))
    expect(answer.get_by_text(re.compile(r"^Neuron 1: "))).to_be_visible()
    answer.get_by_text("As a table").click()
    expect(answer.get_by_role("row")).to_have_count(11)
    twins = inside.get_by_text("As a table")
    for n in range(twins.count()):
        twin = twins.nth(n).locator("xpath=..")
        if twin.get_attribute("open") is None:
            twins.nth(n).click()
        expect(twin.get_by_role("row").nth(1)).to_be_visible()


def test_weights_and_their_history_are_painted(page: Page, run_id: str) -> None:
    open_inside(page, run_id)
    inside = panel(page)
    kernels = inside.get_by_role("slider", name="The weights of each neuron")
    expect_painted(kernels.locator("canvas"), least=20)
    kernels.focus()
    page.keyboard.press("ArrowRight")
    expect(kernels).to_have_attribute("aria-valuetext", re.compile(r"^Neuron \d+: weights from"))
    layers = inside.locator(".change-layer")
    expect(layers).to_have_count(3, timeout=studio.PATIENCE)
    for n in range(3):
        for name in ("weights by epoch", "gradients by epoch"):
            expect_painted(layers.nth(n).get_by_role("slider", name=name).locator("canvas"))
    layers.first.get_by_text("As a table").click()
    expect(layers.first.get_by_role("rowheader")).to_have_text(["3", "2", "1", "0"])
    chart = inside.get_by_role("img", name="Shares of dead and saturated neurons")
    expect(chart.locator("polyline")).to_have_count(2, timeout=studio.PATIENCE)


def test_by_night_the_pictures_are_dark(page: Page, run_id: str) -> None:
    open_inside(page, run_id)
    canvas = panel(page).get_by_role("slider", name="weights by epoch").first.locator("canvas")
    expect_painted(canvas)
    by_day = canvas.evaluate(WHITE_OR_BLACK)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"([canvas, day]) => ({WHITE_OR_BLACK})(canvas) < day - 40",
        arg=[canvas.element_handle(), by_day],
    )
    expect_painted(canvas)


def test_on_a_phone_the_pad_is_elsewhere(new_page: NewPage, run_id: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"/?run={run_id}")
    dock = page.get_by_role("navigation", name="Parts of the Studio")
    dock.get_by_role("button", name="Write").click()
    studio.write(page, studio.SEVEN)
    dock.get_by_role("button", name="Watch").click()
    page.get_by_role("tab", name="Inside").click()
    expect(panel(page).locator(".lit-layer")).to_have_count(4, timeout=studio.PATIENCE)
    expect_painted(
        panel(page).get_by_role("slider", name="weights by epoch").first.locator("canvas")
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_follows_a_run_that_trains(page: Page, live_server: LiveServer) -> None:
    """Newer epochs come by themselves, and the picture stays until the next one is there."""
    config = {**RUN, "name": "Still training", "fit": {"epochs": 10_000, "batch_size": 50}}
    training = live_server.post("/api/runs", config).json()["id"]
    live_server.run_until(training, "running")
    open_inside(page, training)
    note = panel(page).locator('[data-part="kernel-note"]')
    expect(note).to_have_text(re.compile(r"After epoch \d+"), timeout=studio.PATIENCE)
    first = note.inner_text()
    expect(note).not_to_have_text(first, timeout=studio.PATIENCE)
    expect(note).to_have_text(re.compile(r"After epoch \d+"))
    expect(panel(page).locator(".change-layer")).to_have_count(3, timeout=studio.PATIENCE)
    live_server.post(f"/api/runs/{training}/stop")
    live_server.run_until(training, "stopped")
