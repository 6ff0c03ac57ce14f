"""Pictures for the pad: those that are taken, and that a refusal leaves no old answer."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser import studio

INKED = """() => {
  const canvas = document.querySelector("#write [data-part=sees]");
  const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  return data.some((value) => value > 0);
}"""
"""Whether "what it sees" shows anything."""


@pytest.fixture
def answered(page: Page, finished: str) -> Page:
    """The Studio with a drawing that the run has answered."""
    studio.open_studio(page, f"?run={finished}")
    studio.write(page, studio.SEVEN)
    expect(page.locator("[data-part=digit]")).to_have_text(re.compile(r"^\d$"))
    return page


def picture(image: Image.Image, kind: str = "PNG") -> FilePayload:
    file = BytesIO()
    image.save(file, kind)
    mime = f"image/{kind.lower()}"
    return {"name": f"digit.{kind.lower()}", "mimeType": mime, "buffer": file.getvalue()}


def choose(page: Page, file: FilePayload) -> None:
    page.get_by_label(re.compile("Choose an image of a digit")).set_input_files(file)


def test_a_picture_without_a_digit_takes_the_old_answer_away(answered: Page) -> None:
    choose(answered, picture(Image.new("L", (80, 80), 255)))
    hint = answered.locator("[data-part=hint]")
    expect(hint).to_contain_text("No digit was found in the image.")
    expect(answered.locator("[data-part=digit]")).to_have_text("")
    assert studio.bars(answered) == [0.0] * 10
    assert not answered.evaluate(INKED)


def test_a_file_that_is_no_picture_dims_the_answer(answered: Page) -> None:
    choose(answered, {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(answered.locator("[data-part=hint]")).to_contain_text("cannot read the file")
    expect(answered.locator("[data-part=reply]")).to_have_class(re.compile(r"\boutdated\b"))
    studio.write(answered, studio.ONE)
    expect(answered.locator("[data-part=reply]")).not_to_have_class(re.compile(r"\boutdated\b"))


def test_an_answer_to_older_ink_is_dropped(answered: Page) -> None:
    held: list[Route] = []
    answered.route("**/predict?*", lambda route: held.append(route))
    seven = Image.new("L", (80, 80), 255)
    ImageDraw.Draw(seven).line([(20, 20), (60, 20), (35, 65)], 0, 6)
    choose(answered, picture(seven))
    expect(answered.locator("#write")).to_have_class(re.compile("waiting-long"))
    [older] = held
    answered.get_by_role("button", name="Clear").click()
    older.continue_()
    expect(answered.locator("#write")).not_to_have_class(re.compile("waiting-long"))
    expect(answered.locator("[data-part=digit]")).to_have_text("")
    assert not answered.evaluate(INKED)


def seven(size: tuple[int, int] = (300, 400)) -> Image.Image:
    """A seven, dark on light."""
    image = Image.new("L", size, 240)
    width, height = size
    corners = [
        (0.2 * width, 0.2 * height),
        (0.6 * width, 0.2 * height),
        (0.35 * width, 0.7 * height),
    ]
    ImageDraw.Draw(image).line(corners, 20, max(2, width // 20), joint="curve")
    return image


def expect_taken(page: Page) -> None:
    """Wait until the picture chosen last was answered, without a word of trouble."""
    expect(page.locator("[data-part=hint]")).to_be_hidden()
    expect(page.locator("[data-part=digit]")).to_have_text(re.compile(r"^\d$"))
    page.wait_for_function(INKED)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF"])
def test_every_kind_that_the_browser_decodes(page: Page, finished: str, kind: str) -> None:
    studio.open_studio(page, f"?run={finished}")
    choose(page, picture(seven(), kind))
    expect_taken(page)


def test_a_png_without_a_type_and_of_twelve_bits(page: Page, finished: str) -> None:
    studio.open_studio(page, f"?run={finished}")
    twelve = Image.fromarray(np.asarray(seven()).astype(np.uint16) * 16)
    choose(page, {**picture(twelve), "name": "scan", "mimeType": ""})
    expect_taken(page)


def test_a_photograph_of_fifty_megapixels(page: Page, finished: str) -> None:
    studio.open_studio(page, f"?run={finished}")
    choose(page, picture(seven((8660, 5774)), "JPEG"))
    expect(page.locator("[data-part=digit]")).to_have_text(re.compile(r"^\d$"), timeout=60_000)
    expect_taken(page)
