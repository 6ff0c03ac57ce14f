"""The whole program under a path, behind a real nginx: nothing asks for anything outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import studio
from tests.browser.conftest import Visit
from tests.live_server import LiveServer, serve, wait_for
from tests.nginx import Location, nginx

SETTINGS = {"INKLING_ROOT_PATH": "/inkling", "INKLING_TRUSTED_PROXIES": "1"}


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[LiveServer]:
    """A real server, reached through nginx; the other ways to it: tests/server/test_proxy.py."""
    with serve(tmp_path / "data", SETTINGS) as server:
        location = Location(int(server.url.rpartition(":")[2]), strips=False, tells=False)
        with nginx(tmp_path / "nginx", [location]) as (port,):
            yield replace(server, url=f"http://127.0.0.1:{port}/inkling")


@pytest.fixture
def page(browser: Browser, behind: LiveServer) -> Iterator[Page]:
    """A page whose every request goes below the path."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, locale="en-US")
    visit = Visit(context, behind)
    yield context.new_page()
    context.close()
    assert visit.elsewhere == []
    assert visit.complaints == []


def test_a_student_trains_writes_and_looks_around(page: Page, behind: LiveServer) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{behind.url}/")
    studio.choose_training(page, samples=4000, epochs=6, name="Below")
    run_id = studio.train(page)
    assert page.url.startswith(f"{behind.url}/?run=")
    wait_for(lambda: len(studio.epochs_shown(page)) >= 1, what="no epoch came")
    page.reload()
    studio.expect_finished(page)
    studio.write(page, studio.SEVEN)
    studio.expect_seen(page, 7)
    assert sockets and all("/inkling/socket.io/" in one for one in sockets)
    look_around(page, behind, run_id)


def look_around(page: Page, behind: LiveServer, run_id: str) -> None:
    """Follow links: those of templates, those that scripts write, and a download."""
    main = page.get_by_role("navigation", name="Main")
    main.get_by_role("link", name="Runs").click()
    page.get_by_role("link", name="Below", exact=True).click()
    expect(page).to_have_url(re.compile(f"/inkling/\\?run={run_id}$"))
    studio.expect_finished(page)
    address = f"/inkling/api/runs/{run_id}/model?format=keras"
    assert page.locator(f'a[href="{address}"]').count() >= 1
    main.get_by_role("link", name="Lessons").click()
    page.locator('a[href^="/inkling/lessons/"]').first.click()
    expect(page).to_have_url(re.compile(r"/inkling/lessons/\d+$"))
    main.get_by_role("link", name="Data").click()
    expect(page.locator('[data-part="grid"]')).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url.startswith(f"{behind.url}/data")
    assert {cookie["path"] for cookie in page.context.cookies()} == {"/inkling"}
