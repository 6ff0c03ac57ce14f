"""A browser that blocks cookies, and with them every storage: all of Inkling works without."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import studio
from tests.browser.conftest import Visit, arguments, executable
from tests.live_server import LiveServer
from tests.server_process import Server, serving

BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}
"""Chromium's setting "Block all cookies"."""

READS_STORAGE = "() => { try { localStorage; return 'kept'; } catch (e) { return e.name; } }"


@contextmanager
def blocking(
    browser: Browser, server: LiveServer | Server, profile: Path, *, javascript: bool = True
) -> Iterator[Page]:
    """A page in a Chromium whose profile blocks all cookies; nothing may go amiss on it."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps(BLOCKED))
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=executable(),  # the headless shell has no settings
        args=arguments(),
        base_url=server.url,
        locale="en-US",
        viewport={"width": 1600, "height": 1000},
        java_script_enabled=javascript,
    )
    visit = Visit(context, server)
    yield context.pages[0]
    context.close()
    assert visit.complaints == []


@pytest.fixture
def blocked(browser: Browser, live_server: LiveServer, tmp_path: Path) -> Iterator[Page]:
    with blocking(browser, live_server, tmp_path / "profile") as page:
        yield page


def test_one_trains_watches_and_writes(blocked: Page) -> None:
    studio.open_studio(blocked)
    assert blocked.evaluate(READS_STORAGE) == "SecurityError", "the setting blocks nothing"
    studio.choose_training(blocked, samples=200, epochs=2)
    studio.train(blocked)
    studio.expect_finished(blocked)
    studio.expect_epochs(blocked, [2, 1])
    studio.write(blocked, studio.SEVEN)
    expect(blocked.locator("#write [data-part=digit]")).to_have_text(re.compile(r"^\d$"))


def test_a_lesson_is_run_and_understood(blocked: Page, live_server: LiveServer) -> None:
    studio.delete_lesson_runs(live_server, "1")
    blocked.goto("/lessons/1?size=small")
    blocked.get_by_role("button", name="Run it").click()
    trial = blocked.get_by_role("region", name="Runs of this lesson")
    expect(trial.get_by_text("already run")).to_be_visible(timeout=studio.PATIENCE)
    blocked.get_by_role("button", name="About 50%").click()
    expect(blocked.get_by_role("article").get_by_text("You guessed differently.")).to_be_visible()


def test_theme_and_language_last_without_being_kept(blocked: Page) -> None:
    blocked.goto("/runs")
    before = blocked.locator("html").get_attribute("data-theme")
    blocked.get_by_role("button", name=re.compile("Light or dark theme")).click()
    expect(blocked.locator("html")).not_to_have_attribute("data-theme", str(before))
    blocked.get_by_role("button", name="中文").click()
    expect(blocked.get_by_role("button", name="English")).to_be_visible()
    blocked.get_by_role("link", name="数据").click()
    expect(blocked.get_by_role("button", name="English")).to_be_visible()
    blocked.get_by_role("navigation").get_by_role("link", name="课程").click()
    blocked.locator('a[href*="/lessons/"]').first.click()
    expect(blocked).to_have_url(re.compile(r"/lessons/\d+\?"))
    blocked.reload()
    expect(blocked.get_by_role("button", name="English")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_login_form_says_that_it_needs_cookies(
    browser: Browser, tmp_path: Path, javascript: bool
) -> None:
    token = "a token that is long enough"
    with (
        serving(tmp_path / "data", INKLING_ACCESS_TOKEN=token) as guarded,
        blocking(browser, guarded, tmp_path / "profile", javascript=javascript) as page,
    ):
        page.goto("/runs")
        page.get_by_label("Access token").fill(token)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("Allow cookies for this address")
