"""Take the pictures of README and docs/screens.md from the running program.

    make pictures

Trains the lecture's network on the bundled digits in a real server, writes a seven with the
mouse, and photographs every screen at three widths, by day and by night, in both languages.
Chinese text needs a Chinese font on the machine (Debian: fonts-noto-cjk).
"""

from __future__ import annotations

import io
import sys
import tempfile
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import studio  # noqa: E402
from tests.browser.conftest import QUIET, executable  # noqa: E402
from tests.live_server import LiveServer, serve  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SIZES = {390: 844, 1024: 1000, 1600: 1000}
LOCALES = {"en": "en-US", "zh": "zh-CN"}
PARTS = ("build", "watch", "write")
TABS = ("test", "mistakes", "inside", "map", "robustness", "code")
PAGES = ("runs", "lessons", "data")
TALL = 6000
MARGIN = 12
PAIRS = (("light", "en"), ("dark", "zh"))
"""What tabs, Lessons and Data are shown in."""


def main() -> None:
    """Train, then photograph."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, serve(Path(scratch) / "data") as server:
        run_id = train(server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable(), args=[*QUIET, "--no-sandbox"]
            )
            for width, theme, language in product(SIZES, ("light", "dark"), LOCALES):
                photograph(browser, server, run_id, width, theme, language)
            browser.close()


def train(server: LiveServer) -> str:
    """Train three runs to look at; return the id of the lecture's network."""
    presets = {p["name"]: p["config"] for p in server.get("/api/catalog").json()["presets"]}
    ids: dict[str, str] = {}
    for name, epochs in (("softmax", 12), ("deep_sigmoid", 4), ("lecture", 20)):
        config = presets[name]
        config["dataset"]["name"] = "mnist-5k"
        config["fit"]["epochs"] = epochs
        ids[name] = server.post("/api/runs", config).json()["id"]
    for run_id in ids.values():
        server.run_until(run_id, "finished", seconds=600)
    return ids["lecture"]


def photograph(
    browser: Browser, server: LiveServer, run_id: str, width: int, theme: str, language: str
) -> None:
    """Take pictures of every screen at one width, in one theme and language."""
    page = browser.new_page(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if theme == "dark" else "light",
        locale=LOCALES[language],
    )
    look = f"{width}-{theme}-{language}"
    page.goto(f"{server.url}/?run={run_id}", wait_until="networkidle")
    if width < 700:
        photograph_parts(page, look)
    else:
        write(page)
        keep(page, f"studio-{look}")
    paired = (theme, language) in PAIRS and width != 1024
    if paired:
        photograph_tabs(page, width, look)
    for name in PAGES:
        if name == "runs" or paired:
            page.goto(f"{server.url}/{name}", wait_until="networkidle")
            keep(page, f"{name}-{look}")
    page.close()


def photograph_tabs(page: Page, width: int, look: str) -> None:
    """Take pictures of the tabs below the curves, each when it is complete."""
    page.set_viewport_size({"width": width, "height": TALL})
    if (dock := page.locator("#dock")).is_visible():
        dock.locator("[data-part=watch]").click()
    for name in TABS:
        page.locator(f"#tab-{name}").click()
        panel = page.locator(f"#panel-{name}")
        panel.locator(".waiting:visible").first.wait_for(state="detached")
        pending = panel.locator("[data-part$=-pending]:not(:empty)")
        pending.first.wait_for(state="detached", timeout=120_000)
        page.wait_for_load_state("networkidle")
        keep(page, f"{name}-{look}", around(page.locator("#watch .details"), width))
    page.set_viewport_size({"width": width, "height": SIZES[width]})


def photograph_parts(page: Page, look: str) -> None:
    """Take pictures of the Studio's three tabs on a phone."""
    for number, part in enumerate(PARTS):
        page.locator("nav.dock a, nav.dock button").nth(number).click()
        if part == "write":
            write(page)
        keep(page, f"{part}-{look}")


def write(page: Page) -> None:
    """Write a seven and wait for the network's answer."""
    studio.write(page, studio.SEVEN)
    page.locator("#write .says").get_by_text("7", exact=True).wait_for()
    page.evaluate("scrollTo(0, 0)")


def around(shown: Locator, width: int) -> FloatRect:
    """Return where an element stands, with a margin at its sides and below it, in pixels."""
    box = shown.bounding_box()
    assert box is not None
    left = max(0, box["x"] - MARGIN)
    right = min(width, box["x"] + box["width"] + MARGIN)
    return {"x": left, "y": box["y"], "width": right - left, "height": box["height"] + MARGIN}


def complete(page: Page) -> None:
    """Wait until no digit in sight is an empty tile."""
    tiles = page.locator("canvas[data-part=tiles]:visible")
    for number in range(tiles.count()):
        canvas = tiles.nth(number).element_handle()
        page.wait_for_function(studio.HAS_TILES, arg=canvas)


def keep(page: Page, name: str, clip: FloatRect | None = None) -> None:
    """Save what is shown, in 256 colours: a quarter of the bytes, without a visible difference."""
    complete(page)
    image = Image.open(io.BytesIO(page.screenshot(clip=clip)))
    image.convert("RGB").quantize(256).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
