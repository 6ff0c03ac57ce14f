"""The Data page: browse, filter, read pixels, disturb a digit, put one on the pad."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.live_server import LiveServer, wait_for

BUNDLED = "/data?dataset=mnist-5k"


def open_data(page: Page, address: str = BUNDLED) -> Locator:
    """The list of digits, once the first ones are there."""
    page.goto(address)
    expect(page.get_by_role("link", name="Put it on the pad")).to_have_attribute(
        "href", re.compile("digit=")
    )
    return page.get_by_role("slider", name=re.compile("Digits"))


def inked(page: Page, selector: str) -> int:
    """How many pixels of a canvas are not blank."""
    script = """selector => {
      const canvas = document.querySelector(selector);
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels.filter((value, n) => n % 4 === 3 && value > 0).length;
    }"""
    return int(page.evaluate(script, selector))


def test_browsing_to_the_end_and_one_digit_only(page: Page) -> None:
    digits = open_data(page)
    expect(digits).to_have_attribute("aria-valuetext", re.compile(r"^No\. 1 of 4,000: digit \d$"))
    digits.press("End")
    expect(digits).to_have_attribute(
        "aria-valuetext", re.compile(r"^No\. 4,000 of 4,000: digit \d")
    )
    page.wait_for_function("() => document.querySelector('.grid').scrollTop > 1000")
    wait_for(lambda: inked(page, ".grid canvas") > 1000, what="no digit was drawn")

    page.get_by_role("button", name=re.compile("^7")).click()
    expect(digits).to_have_attribute("aria-valuetext", "No. 1 of 400: digit 7")
    digits.press("ArrowRight")
    expect(digits).to_have_attribute("aria-valuetext", "No. 2 of 400: digit 7")
    assert "label=7" in page.url and "at=1" in page.url
    page.reload()
    expect(digits).to_have_attribute("aria-valuetext", "No. 2 of 400: digit 7")
    page.get_by_role("radio", name=re.compile("test set")).check(force=True)
    expect(digits).to_have_attribute("aria-valuetext", re.compile(r"of 1,000"))


def test_a_click_chooses_and_the_pixels_can_be_read(page: Page, live_server: LiveServer) -> None:
    digits = open_data(page)
    digits.click(position={"x": 70, "y": 20})
    expect(digits).to_have_attribute("aria-valuenow", "1")
    expect(page.get_by_text("x_train[1]")).to_be_visible()
    pixels = page.get_by_role("slider", name=re.compile("^Pixels"))
    pixels.focus()
    pixels.press("ArrowDown")
    expected = live_server.get("/api/datasets/mnist-5k/digits?offset=1&limit=1").json()
    rows = studio.rows_of(expected["pixels"])
    expect(page.get_by_text(f"Row 15, column 14: {rows[15][14]}, or")).to_be_visible()
    page.get_by_role("region", name="The chosen digit").get_by_text("As a table").click()
    lines = page.locator(".all-pixels tr")
    expect(lines).to_have_count(28)
    shown = lines.all_inner_texts()
    assert [[int(value) for value in row.split()] for row in shown] == rows


def test_a_layer_disturbs_the_digit(page: Page) -> None:
    open_data(page)
    picture = page.get_by_role("img", name=re.compile("^Twelve variants of the same"))
    picture.scroll_into_view_if_needed()
    wait_for(lambda: inked(page, ".variants canvas") > 20, what="no variant came")
    before = inked(page, ".variants canvas")
    page.get_by_label("Layer").select_option("GaussianNoise")
    expect(page.get_by_text("keras.layers.GaussianNoise(stddev=0.1)")).to_be_visible()
    wait_for(lambda: inked(page, ".variants canvas") > before, what="there is no noise")


def test_a_digit_goes_to_the_pad_and_is_seen_as_it_is(page: Page, live_server: LiveServer) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=2000, epochs=3, name="Sees digits")
    studio.train(page)
    studio.expect_finished(page)
    open_data(page, "/data?dataset=mnist-5k&part=test&label=1&at=3")
    page.get_by_role("link", name="Put it on the pad").click()
    expect(page.get_by_text(re.compile(r"confidence \S+%"))).to_be_visible(timeout=studio.PATIENCE)
    studio.expect_seen(page, 1)
    assert "digit=" not in page.url
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Write a digit here")).to_be_visible()
