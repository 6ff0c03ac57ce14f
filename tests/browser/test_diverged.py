"""A run that diverged is shown as such wherever it is listed, and answers with a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.live_server import LiveServer

SENTENCE = "These weights are no longer finite numbers, so the network cannot predict."


@pytest.fixture
def refusals() -> str:
    """What is asked of such weights is refused."""
    return "409"


@pytest.fixture(scope="module")
def diverged(live_server: LiveServer) -> dict[str, Any]:
    """A run whose very first epoch diverges, with nothing kept back for validation."""
    config = {
        "name": "Far too fast",
        "dataset": {"name": "mnist-5k", "train_samples": 400},
        "layers": [
            {"type": "Flatten"},
            {"type": "Dense", "units": 8},
            {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
        "compile": {"optimizer": {"name": "SGD", "learning_rate": 1e30}},
        "fit": {"batch_size": 100, "epochs": 4, "validation_split": 0},
        "seed": 1,
    }
    run_id = live_server.post("/api/runs", config).json()["id"]
    return live_server.run_until(run_id, "finished", "failed")


def expect_marked(pill: Locator) -> None:
    expect(pill).to_contain_text("diverged")
    expect(pill).to_have_attribute("data-status", "diverged")


def test_its_summary_knows_no_best(diverged: dict[str, Any]) -> None:
    assert diverged["status"] == "finished" and diverged["diverged"] is True
    assert diverged["best"] is None
    assert diverged["test"] == {"loss": None, "accuracy": None}


def test_the_studio_says_so(page: Page, diverged: dict[str, Any]) -> None:
    studio.open_studio(page, f"?run={diverged['id']}")
    watch = page.get_by_role("region", name="Watch")
    expect_marked(watch.locator("[data-part=pill]"))
    bar = watch.locator("[data-part=bar]")
    expect(bar).to_have_attribute("data-status", "diverged")
    expect(bar).to_have_attribute("aria-valuenow", "25")
    studio.expect_epochs(page, [4, 3, 2, 1])
    expect(watch.locator(".star")).to_have_count(0)
    expect(watch.get_by_role("link", name=re.compile("keras"))).to_be_hidden()
    studio.write(page, studio.SEVEN)
    expect(page.locator("[data-part=hint]")).to_contain_text(SENTENCE)
    expect(page.locator("[data-part=digit]")).to_have_text("")
    expect(page.locator("#write select").first).to_contain_text("diverged · this run")
    page.get_by_role("tab", name="Test").click()
    expect(page.get_by_role("tabpanel", name="Test")).to_contain_text(SENTENCE)


def test_the_list_and_compare_say_so(
    page: Page, live_server: LiveServer, diverged: dict[str, Any]
) -> None:
    """And neither takes training accuracy for validation's."""
    config = {**diverged["config"], "name": "Slow enough"}
    config["compile"] = {"optimizer": {"name": "SGD", "learning_rate": 0.01}}
    sound = live_server.post("/api/runs", config).json()["id"]
    live_server.run_until(sound, "finished")
    page.goto("/runs")
    for run_id in (diverged["id"], sound):
        row = page.locator(f"tr[data-id='{run_id}']")
        expect(row.locator(".val_accuracy")).to_have_text("–")
        row.get_by_role("checkbox").check()
    expect_marked(page.locator(f"tr[data-id='{diverged['id']}'] .pill"))
    page.locator("#compare-button").click()
    results = page.get_by_role("table", name="Results")
    expect(results.get_by_role("row", name=re.compile("^Status"))).to_contain_text(
        re.compile("diverged · finished.*finished", re.DOTALL)
    )
    validation = results.get_by_role("row", name=re.compile("^Best validation accuracy"))
    expect(validation.get_by_role("cell")).to_have_text(["–", "–"])
