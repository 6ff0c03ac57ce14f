"""What a person does in the Studio, by the names a person reads."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.live_server import LiveServer, wait_for

PATIENCE = 120_000
"""Milliseconds to wait for what the server has to do first; views take only idle time."""

HAS_TILES = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, 80, 80);
  return data.filter((value, n) => n % 4 === 3 && value > 200).length > 20;
}"""
"""Whether the first tile of a canvas of digits is painted; the frame of an empty one is pale."""


def open_studio(page: Page, query: str = "") -> None:
    """Open the Studio and wait for its form."""
    page.goto(f"/{query}")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()


def choose_training(page: Page, *, samples: int, epochs: int, name: str = "A small run") -> None:
    """Fill in the form so that a training is short."""
    page.get_by_role("textbox", name="Epochs").fill(str(epochs))
    page.get_by_role("textbox", name="Name").fill(name)
    fit = page.get_by_role("region", name="Fit")
    fit.get_by_text("More training options").click()
    fit.get_by_role("textbox", name="Training images").fill(str(samples))


def train(page: Page) -> str:
    """Press Train; the id of the run, which the address now names."""
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile(r"run="), timeout=PATIENCE)
    return run_named(page)


def run_named(page: Page) -> str:
    """The id of the run that the address names."""
    return parse_qs(urlsplit(page.url).query)["run"][0]


def epochs_shown(page: Page) -> list[int]:
    """The epochs in the table, newest first."""
    table = page.get_by_role("table", name=re.compile("^Every epoch"))
    heads = table.get_by_role("rowheader").all_inner_texts()
    return [int(re.match(r"\d+", text.strip())[0]) for text in heads]  # type: ignore[index]


def expect_epochs(page: Page, wanted: Iterable[int]) -> None:
    """Wait until the table shows these epochs and no others, in this order."""
    rows = list(wanted)
    wait_for(lambda: epochs_shown(page) == rows, what=f"the table does not show {rows}")


def expect_finished(page: Page) -> None:
    """Wait until the run shown has its test accuracy."""
    expect_status(page, "finished")
    expect(page.get_by_role("region", name="Watch").get_by_text("Test accuracy")).to_be_visible()


def expect_status(page: Page, word: str) -> None:
    """Wait until the status beside the run's name begins with this word."""
    status = page.get_by_role("region", name="Watch").get_by_role("status").first
    expect(status).to_have_text(re.compile(f"^{word}"), timeout=PATIENCE)


def stop(page: Page) -> None:
    """Press Stop."""
    page.get_by_role("button", name="Stop", exact=True).click()


SEVEN = [(0.28, 0.26), (0.45, 0.25), (0.72, 0.24), (0.60, 0.50), (0.50, 0.80)]
"""A seven: shares of the pad's width and height, in one stroke."""

ONE = [(0.52, 0.18), (0.51, 0.40), (0.50, 0.60), (0.50, 0.82)]


def write(page: Page, points: list[tuple[float, float]]) -> None:
    """Draw one stroke on the pad with the mouse."""
    pad = page.locator("#write").get_by_role("img").first
    pad.scroll_into_view_if_needed()
    stroke(page, pad, points)


def stroke(page: Page, pad: Locator, points: list[tuple[float, float]]) -> None:
    """Draw one stroke on a pad that is in view."""
    box = pad.bounding_box()
    assert box is not None
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for x, y in spots[1:]:
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


def bars(page: Page) -> list[float]:
    """The ten probabilities as the bars' texts say them, in percent."""
    texts = page.get_by_role("list", name="Probability of each digit").get_by_role("listitem")
    return [float(re.search(r"([\d.]+)%", text)[1]) for text in texts.all_inner_texts()]  # type: ignore[index]


def expect_seen(page: Page, digit: int) -> None:
    """Wait until the network takes what is on the pad for this digit."""

    def seen() -> bool:
        now = bars(page)  # read once: the next answer may move them
        return max(now) > 20 and now.index(max(now)) == digit

    wait_for(seen, what=f"it never saw a {digit}")


def rows_of(pixels: str) -> list[list[int]]:
    """An image of 784 bytes in base64 as 28 rows."""
    values = base64.b64decode(pixels)
    return [list(values[row * 28 : row * 28 + 28]) for row in range(28)]


def delete_lesson_runs(server: LiveServer, lesson: str) -> None:
    """Delete what other tests have run of a lesson, so that it can be run for the first time."""
    for run in server.get("/api/lessons/runs?size=small").json()["runs"].get(lesson, []):
        assert server.http.delete(f"{server.url}/api/runs/{run['id']}").ok
