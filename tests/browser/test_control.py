"""A run under the reader's hand: pause, one epoch, another learning rate, more epochs, stop."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.live_server import LiveServer, wait_for


def controls(page: Page) -> Locator:
    """The row of buttons under the run's name."""
    return page.get_by_role("group", name="Training controls")


def press(page: Page, name: str) -> None:
    """Press one of them."""
    controls(page).get_by_role("button", name=name, exact=True).click()


def train_for_long(page: Page, name: str) -> str:
    """A run that will not end by itself, some epochs on; its id."""
    studio.open_studio(page)
    studio.choose_training(page, samples=4000, epochs=5000, name=name)
    run_id = studio.train(page)
    wait_for(lambda: len(studio.epochs_shown(page)) >= 2, what="no epoch came")
    return run_id


def expect_whole(page: Page, epochs: int) -> None:
    """Wait until the table shows every epoch, each once (its first page: the newest 50)."""
    studio.expect_epochs(page, range(epochs, max(0, epochs - 50), -1))


def test_a_run_is_paused_stepped_resumed_stopped_extended(
    page: Page, live_server: LiveServer
) -> None:
    run_id = train_for_long(page, "Under control")
    press(page, "Pause")
    studio.expect_status(page, "paused")
    paused = live_server.run_until(run_id, "paused")
    expect_whole(page, paused["epoch"])
    # The button that did it is the one that undoes it, and still has the focus.
    expect(controls(page).get_by_role("button", name="Resume")).to_be_focused()

    press(page, "One epoch")
    after = paused["epoch"] + 1
    studio.expect_status(page, f"paused after epoch {after} ")
    expect_whole(page, after)
    page.reload()
    studio.expect_status(page, f"paused after epoch {after} ")

    press(page, "Resume")
    studio.expect_status(page, "training")
    press(page, "Stop")
    studio.expect_status(page, "stopped")
    stopped = live_server.run_until(run_id, "stopped")
    expect_whole(page, stopped["epoch"])

    more = page.get_by_role("textbox", name="More epochs")
    more.fill("0")
    press(page, "Continue training")
    expect(more).to_have_attribute("aria-invalid", "true")
    expect(more).to_have_value("0")
    more.fill("2")
    more.press("Enter")
    studio.expect_finished(page)
    expect_whole(page, stopped["epoch"] + 2)


def test_another_learning_rate_is_marked(page: Page, live_server: LiveServer) -> None:
    run_id = train_for_long(page, "Slower and slower")
    rate = controls(page).get_by_role("textbox", name="Learning rate")
    rate.fill("0")
    rate.press("Enter")
    expect(rate).to_have_attribute("aria-invalid", "true")
    expect(rate).to_have_value("0")
    rate.press("Escape")
    expect(rate).to_have_value("0.001")

    press(page, "Learning rate divided by 10")
    expect(rate).to_have_value("0.0001")
    lowered = page.get_by_role("tabpanel", name="Curves").get_by_role("img", name="lowered")
    expect(lowered).to_be_visible(timeout=studio.PATIENCE)
    page.reload()
    expect(lowered).to_be_visible()
    expect(rate).to_have_value("0.0001")
    studio.stop(page)
    live_server.run_until(run_id, "stopped")


def diverging(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration whose loss grows beyond every number within a few epochs."""
    config["name"] = "Says what to try"
    config["dataset"] |= {"name": "mnist-5k", "train_samples": 1000}
    config["layers"] = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "linear"}]
    config["compile"] |= {
        "loss": "mean_squared_error",
        "optimizer": {"name": "SGD", "learning_rate": 1.0},
    }
    config["fit"] |= {"epochs": 4}
    return config


def test_a_diverged_run_says_what_to_try(page: Page, live_server: LiveServer) -> None:
    config = diverging(live_server.get("/api/catalog").json()["defaults"])
    run_id = live_server.post("/api/runs", config).json()["id"]
    live_server.run_until(run_id, "finished", "stopped")
    page.goto(f"/?run={run_id}")
    watch = page.get_by_role("region", name="Watch")
    expect(watch.get_by_text(re.compile("it diverged"))).to_be_visible()
    watch.get_by_role("button", name="Show it in the form").click()
    compiled = page.get_by_role("region", name="Compile")
    expect(compiled.get_by_role("textbox", name="Learning rate")).to_have_value("0.1")

    page.goto("/runs")
    row = page.get_by_role("row").filter(has_text="Says what to try")
    expect(row.get_by_text(re.compile("diverged"))).to_be_visible()


def test_the_list_pauses_and_resumes(page: Page, live_server: LiveServer) -> None:
    run_id = train_for_long(page, "From afar")
    page.goto("/runs")
    row = page.get_by_role("row").filter(has_text="From afar")
    for act, word in (("Pause", "paused"), ("Resume", "training"), ("Stop", "stopped")):
        row.get_by_label("Actions for From afar").click()
        row.get_by_role("button", name=f"{act}: From afar").click()
        expect(row.get_by_text(re.compile(f"^{word}"))).to_be_visible(timeout=studio.PATIENCE)
    live_server.run_until(run_id, "stopped")
