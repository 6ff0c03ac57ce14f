"""Palm, fingers and other keyboards at the pad."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import studio

POINT = """([type, pointerId, pointerType, x, y]) => {
  const pad = document.querySelector("#write [data-part=pad]");
  pad.setPointerCapture = () => {};  // There is no such pointer: only its events.
  const box = pad.getBoundingClientRect();
  const [clientX, clientY] = [box.left + x * box.width, box.top + y * box.height];
  pad.dispatchEvent(
    new PointerEvent(type, { pointerId, pointerType, clientX, clientY, bubbles: true, button: 0 }),
  );
}"""

INK = """() => {
  const pad = document.querySelector("#write [data-part=pad]");
  const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
  const pixel = (x, y) => Math.round(y * pad.height) * pad.width + Math.round(x * pad.width);
  const at = (x, y) => data[4 * pixel(x, y) + 3];
  return [at(0.8, 0.8) > 0, at(0.4, 0.4) > 0];
}"""
"""Whether there is ink where the palm rests, and where the pen writes."""


def point(page: Page, kind: str, number: int, device: str, x: float, y: float) -> None:
    page.evaluate(POINT, [f"pointer{kind}", number, device, x, y])


def expect_ink(page: Page, palm: bool, pen: bool) -> None:
    page.wait_for_function(f"(wanted) => ({INK})().join() === wanted", arg=f"{palm},{pen}".lower())


def test_a_palm_gives_way_to_the_pen_and_takes_its_dot_along(page: Page) -> None:
    studio.open_studio(page)
    point(page, "down", 11, "touch", 0.8, 0.8)
    expect_ink(page, palm=True, pen=False)
    point(page, "down", 12, "pen", 0.4, 0.3)
    point(page, "move", 12, "pen", 0.4, 0.6)
    point(page, "move", 11, "touch", 0.82, 0.82)
    expect_ink(page, palm=False, pen=True)
    point(page, "up", 12, "pen", 0.4, 0.6)
    point(page, "up", 11, "touch", 0.82, 0.82)
    expect_ink(page, palm=False, pen=True)


def test_two_fingers_leave_no_ink(page: Page) -> None:
    studio.open_studio(page)
    point(page, "down", 11, "touch", 0.8, 0.8)
    expect_ink(page, palm=True, pen=False)
    point(page, "down", 12, "touch", 0.4, 0.4)
    for number in (11, 12):
        point(page, "move", number, "touch", 0.5, 0.5)
        point(page, "up", number, "touch", 0.5, 0.5)
    expect_ink(page, palm=False, pen=False)
    expect(
        page.get_by_role("region", name="Write").get_by_role("button", name="Undo")
    ).to_be_disabled()


@pytest.mark.parametrize(("key", "code"), [("z", "KeyZ"), ("я", "KeyZ"), ("z", "KeyW")])
def test_undo_works_on_any_layout(page: Page, key: str, code: str) -> None:
    studio.open_studio(page)
    studio.write(page, studio.ONE)
    undo = page.get_by_role("region", name="Write").get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    page.evaluate(
        """([key, code]) => document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key, code, ctrlKey: true, bubbles: true }),
        )""",
        [key, code],
    )
    expect(undo).to_be_disabled()
