"""Measure what the Studio shows without scrolling, and photograph it; or how far three people go.

    .venv/bin/python scripts/screens.py DIRECTORY [ADDRESS RUN]
    .venv/bin/python scripts/screens.py --journeys

Writes a table (screen × language × theme) and a picture of each part into DIRECTORY. Without the
address of a server and the id of a run it starts a server and trains a small network. With
``--journeys`` it prints presses / fields / screens scrolled of each journey, at a server with fake
workers.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import journeys, sight, studio  # noqa: E402
from tests.browser.conftest import arguments, chromium, executable  # noqa: E402
from tests.live_server import serve, wait_for  # noqa: E402
from tests.server_process import serving  # noqa: E402

LOCALES = {"en": "en-US", "zh": "zh-CN"}
THEMES = ("light", "dark")


def main(directory: Path, *given: str) -> None:
    """Measure every screen."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = [f"screen | language | theme | {sight.HEAD}"]
    with run_to_show(*given) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments())
        for touch, language in product((False, True), LOCALES):
            page = opened(browser, address, touch, language)
            screens = [one for one in sight.SCREENS if one.touch == touch]
            for screen, theme in product(screens, THEMES):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                page.set_viewport_size({"width": screen.width, "height": screen.height})
                lines.append(f"{screen} | {language} | {theme} | {sight.look(page)}")
                photograph(page, directory / f"{screen}-{language}-{theme}")
            page.context.close()
        browser.close()
    (directory / "table.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def print_journeys() -> None:
    """Play every journey on every screen."""
    print(f"journey | {' | '.join(journeys.SCREENS)}")
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "data") as server:
        config = server.get("/api/catalog")["defaults"]
        with chromium() as browser:
            for journey, play in journeys.JOURNEYS.items():
                ways = []
                for screen in journeys.SCREENS:
                    name = f"Found on {screen} by the {journey}"
                    run_id = server.create(config, name=name)
                    wait_for(lambda run_id=run_id: server.status(run_id) == "finished")  # type: ignore[misc]
                    page = journeys.open_page(browser, server.url, screen, journey)
                    ways.append(str(play(page, name)))
                    page.context.close()
                print(f"{journey} | {' | '.join(ways)}")


@contextmanager
def run_to_show(*given: str) -> Iterator[str]:
    """The address of a run in the Studio."""
    if given:
        yield f"{given[0]}/?run={given[1]}"
        return
    with tempfile.TemporaryDirectory() as scratch, serve(Path(scratch) / "data") as server:
        config = server.get("/api/catalog").json()["defaults"]
        config["dataset"] |= {"name": "mnist-5k", "train_samples": 2000}
        run_id = server.post("/api/runs", config).json()["id"]
        server.run_until(run_id, "finished")
        yield f"{server.url}/?run={run_id}"


def opened(browser: Browser, address: str, touch: bool, language: str) -> Page:
    """The Studio with a run chosen and a seven on the pad."""
    page = browser.new_page(
        viewport={"width": 1440, "height": 900},
        locale=LOCALES[language],
        has_touch=touch,
        is_mobile=touch,
    )
    page.goto(address, wait_until="networkidle")
    studio.write(page, studio.SEVEN)
    page.locator("#write .probs .sure").wait_for()
    return page


def photograph(page: Page, path: Path) -> None:
    """Take a picture of the Studio, or of each of its parts where it shows one at a time."""
    one_at_a_time = page.locator("#dock").is_visible()
    for part in sight.PARTS if one_at_a_time else ("watch",):
        sight.go_to(page, part)
        page.wait_for_timeout(150)  # charts take the size of their place
        page.screenshot(path=f"{path}-{part}.png" if one_at_a_time else f"{path}.png")


if __name__ == "__main__":
    if sys.argv[1:] == ["--journeys"]:
        print_journeys()
    else:
        main(Path(sys.argv[1]), *sys.argv[2:])
