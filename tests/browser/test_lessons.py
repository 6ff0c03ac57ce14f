"""A lesson as a student and as a teacher meet it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.studio import PATIENCE, delete_lesson_runs
from tests.live_server import LiveServer

MORAL = "Look at the training accuracy first."


def open_lesson(page: Page, path: str = "/lessons/1?size=small") -> None:
    """Open a lesson and wait until it is there."""
    page.goto(path)
    expect(page.locator("h2")).to_be_visible()


def test_a_lesson_is_guessed_run_and_understood(new_page: NewPage, live_server: LiveServer) -> None:
    delete_lesson_runs(live_server, "1")
    page = new_page()
    open_lesson(page)
    expect(page.get_by_text(MORAL)).to_be_hidden()
    page.get_by_role("button", name="Run it").click()
    trial = page.get_by_role("region", name="Runs of this lesson")
    # Asked at every frame: small epochs are soon over.
    training = r"() => /epoch \d+ of 20/.test(document.body.innerText)"
    page.wait_for_function(training, timeout=PATIENCE)
    expect(trial.get_by_text("already run")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("button", name="About 50%").click()
    expect(page.get_by_role("article").get_by_text("You guessed differently.")).to_be_visible()
    expect(page.get_by_role("button", name="Show now")).to_be_hidden()
    expect(page.get_by_role("heading", name=MORAL)).to_be_visible()
    figures = page.get_by_role("row", name=re.compile("Run here, seed 1"))
    [run] = live_server.get("/api/lessons/runs?size=small").json()["runs"]["1"]
    expect(figures).to_contain_text(f"{run['test']['accuracy']:.2%}")
    expect(page.get_by_role("row", name=re.compile("The lecture"))).to_contain_text("11.35%")
    expect(page.get_by_role("img", name=re.compile("the start"))).to_be_visible()

    page.reload()
    expect(page.get_by_role("heading", name=MORAL)).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="先看训练准确率。")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/lessons/1\?size=small$"))

    another = new_page()
    open_lesson(another)
    expect(another.get_by_role("button", name="Run again")).to_be_visible()
    expect(another.get_by_text(MORAL)).to_be_hidden()


def test_a_lesson_stays_closed_until_there_is_a_result_or_it_is_asked_for(page: Page) -> None:
    open_lesson(page, "/lessons/9?size=small")
    page.locator(".guess").first.click()
    expect(page.get_by_role("article").get_by_text("Now train it:")).to_be_visible()
    expect(page.locator(".moral")).to_be_hidden()
    page.get_by_role("button", name="Show now").click()
    expect(page.locator(".moral")).to_be_visible()
    page.reload()
    expect(page.locator(".moral")).to_be_visible()
    page.get_by_role("button", name="Guess again").click()
    expect(page.locator(".moral")).to_be_hidden()
    expect(page.get_by_role("button", name="Show now")).to_be_hidden()


def test_keys_lead_through_the_lecture_on_the_projector(page: Page) -> None:
    open_lesson(page, "/lessons/2?size=small&projector")
    moral = page.get_by_role("heading", name="More neurons are a matter of luck, not a remedy.")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(moral).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(moral).to_be_visible()
    page.keyboard.press("PageDown")
    expect(page.get_by_role("heading", name="Ten more layers", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/lessons/3\?size=small&projector$"))
    page.keyboard.press("ArrowLeft")
    expect(moral).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_links_and_back_lead_through_the_lessons(page: Page) -> None:
    page.goto("/lessons")
    page.get_by_role("link", name=re.compile("Cross-entropy")).click()
    expect(page.get_by_role("heading", name="Cross-entropy")).to_be_visible()
    page.get_by_role("link", name=re.compile("One batch of all images →")).click()
    expect(page.get_by_role("heading", name="One batch of all images")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Cross-entropy")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("list").get_by_role("link")).to_have_count(12)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_every_slide_fits_its_screen(new_page: NewPage, locale: str, size: tuple[int, int]) -> None:
    """All that is said, and the figures, without scrolling: nobody scrolls in a lecture."""
    page = new_page(locale=locale, viewport={"width": size[0], "height": size[1]})
    open_lesson(page, "/lessons/1?size=small&projector")
    too_much = []
    for slide in range(24):
        page.wait_for_function("() => document.fonts.status === 'loaded'")
        over = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        if over > 0:
            too_much.append(f"{page.url} {slide % 2}: {over}")
        page.keyboard.press("ArrowRight")
    assert not too_much, "\n".join(too_much)
    assert "/lessons/12" in page.url
