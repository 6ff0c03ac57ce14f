"""Numbers as people type them, in every field of the page."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser import studio
from tests.live_server import LiveServer


def test_the_form_takes_numbers_as_people_write_them(page: Page, live_server: LiveServer) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=200, epochs=1)
    page.get_by_role("textbox", name="Epochs").fill(" １ ")
    rate = page.get_by_role("textbox", name="Learning rate").first
    rate.fill("０,００２")
    rate.blur()
    expect(rate).to_have_value("0.002")
    run_id = studio.train(page)
    config = live_server.get(f"/api/runs/{run_id}").json()["config"]
    assert config["compile"]["optimizer"]["learning_rate"] == 0.002
    assert config["fit"]["epochs"] == 1
    studio.expect_finished(page)

    more = page.get_by_label("More epochs")
    more.fill("1,000")
    page.get_by_role("button", name="Continue training").click()
    expect(page.locator("[data-part=extend-fault]")).to_contain_text("can mean 1000 or 1")
    more.fill("１")
    page.get_by_role("button", name="Continue training").click()
    studio.expect_epochs(page, [2, 1])


def test_a_number_with_two_readings_is_asked_about(page: Page) -> None:
    studio.open_studio(page)
    batch = page.get_by_role("textbox", name="Batch size")
    batch.fill("1,000")
    asked = page.locator(".field .fault", has_text="1,000 can mean 1000 or 1")
    expect(asked).to_be_visible()
    sent: list[Route] = []
    page.route("**/api/runs", lambda route: sent.append(route))
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Fix this first:")).to_be_visible()
    expect(batch).to_have_value("1,000")
    assert sent == []
    batch.fill("1000")
    expect(asked).to_be_hidden()
