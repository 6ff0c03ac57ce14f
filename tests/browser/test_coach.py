"""The coach beside a run that learned nothing: what it says, and the mended run at a click."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.live_server import LiveServer

HIDDEN = {"type": "Dense", "units": 16, "activation": "sigmoid", "kernel_initializer": "zeros"}
SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}


def stuck() -> dict[str, Any]:
    """Weights of 0 and twelve updates: it gives the same answer to every image."""
    return {
        "name": "Stuck",
        "dataset": {"name": "mnist-5k", "train_samples": 400},
        "layers": [{"type": "Flatten"}, HIDDEN, SOFTMAX],
        "compile": {
            "loss": "mean_squared_error",
            "optimizer": {"name": "SGD", "learning_rate": 0.1},
        },
        "fit": {"batch_size": 100, "epochs": 3, "validation_split": 0},
        "seed": 1,
    }


def card(page: Page) -> Locator:
    return page.get_by_role("region", name="Coach")


def test_a_fault_is_reported_and_mended_at_a_click(page: Page, live_server: LiveServer) -> None:
    run_id = live_server.post("/api/runs", stuck()).json()["id"]
    live_server.run_until(run_id, "finished")
    page.goto(f"/?run={run_id}")
    coach = card(page)
    expect(coach).to_contain_text("mean_squared_error does not suit classes")
    expect(coach).to_contain_text("12 updates")
    coach.get_by_text(re.compile("^Also noticed")).click()
    inside = coach.get_by_text(re.compile(r"It predicts \d for"))
    expect(inside).to_be_visible(timeout=studio.PATIENCE)
    expect(coach.get_by_text("Still analysing the network")).to_be_hidden()

    coach.get_by_role("button", name="Train it with cross-entropy").click()
    expect(page.get_by_role("heading", name="Stuck · categorical_crossentropy")).to_be_visible()
    assert run_id not in page.url
    mended = studio.run_named(page)
    before, after = (
        live_server.get(f"/api/runs/{one}").json()["config"]["compile"] for one in (run_id, mended)
    )
    assert after == {**before, "loss": "categorical_crossentropy"}
    live_server.run_until(mended, "finished")


def test_a_healthy_run_has_no_card(page: Page, live_server: LiveServer) -> None:
    presets = live_server.get("/api/catalog").json()["presets"]
    lecture = next(one["config"] for one in presets if one["name"] == "lecture")
    config = {**lecture, "name": "Healthy"}
    config["fit"]["epochs"] = 6
    run_id = live_server.post("/api/runs", config).json()["id"]
    live_server.run_until(run_id, "finished")
    with page.expect_response(re.compile("/coach$")) as answered:
        page.goto(f"/?run={run_id}")
    assert answered.value.json() == {"findings": [], "complete": True}
    studio.expect_finished(page)
    expect(card(page)).to_be_hidden()
