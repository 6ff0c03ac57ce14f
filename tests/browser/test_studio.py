"""The main job, whole: train, watch, reload, write, keep."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.live_server import LiveServer, wait_for


def test_a_student_trains_watches_reloads_and_writes(page: Page, live_server: LiveServer) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=4000, epochs=8, name="First steps")
    run_id = studio.train(page)
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()

    wait_for(lambda: len(studio.epochs_shown(page)) >= 2, what="no epoch came")
    page.reload()
    wait_for(lambda: len(studio.epochs_shown(page)) >= 3, what="the curves did not come back")
    studio.expect_finished(page)
    studio.expect_epochs(page, range(8, 0, -1))
    assert live_server.get(f"/api/runs/{run_id}").json()["test"]["accuracy"] > 0.9

    studio.write(page, studio.SEVEN)
    expect(page.get_by_text(re.compile(r"confidence \S+%"))).to_be_visible(timeout=studio.PATIENCE)
    studio.expect_seen(page, 7)


def test_a_name_that_shows_nothing_is_refused_with_the_reason(
    page: Page, live_server: LiveServer
) -> None:
    config = live_server.get("/api/catalog").json()["defaults"]
    config["dataset"] |= {"name": "mnist-5k", "train_samples": 200}
    run_id = live_server.post("/api/runs", {**config, "name": "Seen"}).json()["id"]
    page.goto(f"/?run={run_id}")
    page.get_by_role("heading", name="Seen").dblclick()
    field = page.get_by_role("textbox", name="Name of the run")
    field.fill("\u3164")
    field.press("Enter")
    reason = "must contain a character that can be seen"
    wait_for(lambda: field.evaluate("input => input.validationMessage") == reason)
    field.fill(" Größe \u200b")
    field.press("Enter")
    expect(page.get_by_role("heading", name="Größe", exact=True)).to_be_visible()
    assert live_server.get(f"/api/runs/{run_id}").json()["name"] == "Größe"


def test_a_second_viewer_sees_the_same_whole_curve(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    studio.open_studio(first)
    studio.choose_training(first, samples=1000, epochs=6, name="Watched by two")
    run_id = studio.train(first)
    wait_for(lambda: len(studio.epochs_shown(first)) >= 1)
    second.goto(f"/?run={run_id}")
    for viewer in (first, second):
        studio.expect_finished(viewer)
        studio.expect_epochs(viewer, range(6, 0, -1))


def test_a_long_table_turns_its_pages(page: Page) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=100, epochs=60, name="Sixty epochs")
    studio.train(page)
    studio.expect_finished(page)
    pages = page.get_by_role("navigation", name="Pages of epochs")
    for reload in (False, True):
        if reload:
            page.reload()
        expect(pages).to_contain_text("Epochs 11–60 of 60")
        studio.expect_epochs(page, range(60, 10, -1))
        pages.get_by_role("button", name="Earlier").press("Enter")
        expect(pages).to_contain_text("Epochs 1–50 of 60")
        studio.expect_epochs(page, range(50, 0, -1))
        expect(pages.get_by_role("button", name="Earlier")).to_be_focused()
        pages.get_by_role("button", name="Newest").click()
        expect(pages).to_contain_text("Epochs 11–60 of 60")
        studio.expect_epochs(page, range(60, 10, -1))


def test_a_lost_connection_heals_without_a_reload(page: Page) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=4000, epochs=12, name="Through a tunnel")
    studio.train(page)
    wait_for(lambda: len(studio.epochs_shown(page)) >= 1)
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.context.set_offline(False)
    studio.expect_finished(page)
    studio.expect_epochs(page, range(12, 0, -1))


def test_stop_keeps_the_model(page: Page, live_server: LiveServer) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=4000, epochs=500, name="Stopped")
    run_id = studio.train(page)
    wait_for(lambda: len(studio.epochs_shown(page)) >= 1)
    studio.stop(page)
    run = live_server.run_until(run_id, "stopped")
    assert 1 <= run["epoch"] < 500 and run["test"]["accuracy"] > 0.3
    expect(page.get_by_role("link", name=re.compile("Download"))).to_be_visible()


def test_a_model_goes_out_and_comes_back(page: Page, tmp_path: Path) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=2000, epochs=3, name="Round trip")
    studio.train(page)
    studio.expect_finished(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Download")).click()
    saved = tmp_path / "mine.keras"
    waiting.value.save_as(saved)

    page.goto("/runs")
    page.locator('input[type="file"]').set_input_files(saved)
    imported = page.get_by_role("row").filter(has=page.get_by_text("imported", exact=True)).first
    expect(imported).to_be_visible(timeout=studio.PATIENCE)
    tested = imported.locator(".test_accuracy")
    expect(tested).to_contain_text(re.compile(r"\d %|\d%"), timeout=studio.PATIENCE)
    imported.get_by_role("link").first.click()
    fact = page.locator(".facts").get_by_text("Test accuracy")
    expect(fact).to_be_visible(timeout=studio.PATIENCE)
    expect(page.locator("[data-part=test]")).to_have_text(re.compile(r"\d"))


def test_a_wrong_field_is_reported_beside_it_and_nothing_is_lost(page: Page) -> None:
    studio.open_studio(page)
    epochs = page.get_by_role("textbox", name="Epochs")
    units = page.get_by_role("textbox", name="Neurons").first
    epochs.fill("0")
    units.fill("1000000000")
    page.get_by_role("button", name="Train", exact=True).click()
    for field in (epochs, units):
        expect(field).to_have_attribute("aria-invalid", "true")
    assert "run=" not in page.url
    page.reload()
    expect(epochs).to_have_value("0")


def test_the_network_grows_and_its_numbers_follow(page: Page) -> None:
    studio.open_studio(page)
    total = page.get_by_text("648,010 params").first
    expect(total).to_be_visible()
    page.get_by_role("textbox", name="Neurons").first.fill("100")
    expect(page.get_by_text("134,010 params").first).to_be_visible()


def test_the_bars_sharpen_while_the_run_still_learns(page: Page) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=4000, epochs=1000, name="Learning as we write")
    studio.train(page)
    wait_for(lambda: len(studio.epochs_shown(page)) >= 1)
    studio.write(page, studio.ONE)
    studio.expect_seen(page, 1)
    answered = page.get_by_role("region", name="Write").get_by_text(re.compile(r"epoch \d+"))
    first = answered.first.inner_text()
    wait_for(lambda: answered.first.inner_text() != first, what="the bars stood still")
    studio.stop(page)
    studio.expect_status(page, "stopped")
