"""What a run is, at a glance: its name, its line, its figures; and another one from it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.live_server import LiveServer


@pytest.fixture(scope="module")
def run(live_server: LiveServer) -> dict[str, Any]:
    """A finished run with a name that a person typed."""
    config = {
        "name": "My own",
        "dataset": {"name": "mnist-5k", "train_samples": 200},
        "layers": [
            {"type": "Flatten"},
            {"type": "Dense", "units": 20, "activation": "relu"},
            {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
        "fit": {"batch_size": 100, "epochs": 2},
        "seed": 1,
    }
    run_id = live_server.post("/api/runs", config).json()["id"]
    return live_server.run_until(run_id, "finished")


def test_a_run_says_what_it_is(page: Page, run: dict[str, Any]) -> None:
    studio.open_studio(page, f"?run={run['id']}")
    watch = page.get_by_role("region", name="Watch")
    line = watch.locator(".what summary")
    expect(line).to_contain_text(
        "784 → 20 → 10 · Adam 0.001 · batch 100 · first 200 images of 5,000 digits · seed 1"
    )
    line.get_by_text("Show all").click()
    whole = watch.locator(".whole")
    expect(whole.get_by_role("heading", name="Compile")).to_be_visible()
    expect(whole).to_contain_text("categorical_crossentropy")
    line.press("Enter")
    expect(whole).to_be_hidden()
    names = watch.locator(".facts dt:visible")
    expect(names).to_have_text(
        ["Test accuracy", "Training accuracy", "Validation accuracy", "Training loss"]
    )
    sizes = watch.locator(".facts dd:visible").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert sizes[0] > max(sizes[1:])


def test_one_thing_is_changed_and_names_the_next_run(
    page: Page, live_server: LiveServer, run: dict[str, Any]
) -> None:
    studio.open_studio(page, f"?run={run['id']}")
    page.get_by_role("button", name="Duplicate and change one thing").click()
    expect(page.get_by_role("textbox", name="Neurons").first).to_be_focused()
    differs = page.get_by_text("The form differs from this run in")
    expect(differs).to_be_hidden()
    tabs = page.get_by_role("tablist", name="Details")
    before = tabs.bounding_box()
    page.get_by_role("textbox", name="Batch size").fill("50")
    expect(differs).to_have_text("The form differs from this run in: batch 50")
    assert tabs.bounding_box() == before, "a tab would slip from under a press"
    expect(page.get_by_role("textbox", name="Name")).to_have_attribute(
        "placeholder", "My own · batch 50"
    )
    studio.train(page)
    expect(page.get_by_role("heading", name="My own · batch 50", exact=True)).to_be_visible()
    expect(differs).to_be_hidden()
    studio.expect_finished(page)


def test_runs_without_a_typed_name_are_never_called_alike(
    page: Page, live_server: LiveServer
) -> None:
    studio.open_studio(page)
    page.get_by_role("textbox", name="Epochs").fill("1")
    field = page.get_by_role("textbox", name="Name")
    names = []
    for _ in range(2):
        run_id = studio.train(page)
        names.append(live_server.run_until(run_id, "finished")["name"])
        page.goto("/")
    assert names[0].startswith("Lecture's network · 1 epoch")
    assert len(set(names)) == 2
    field.fill("Typed")
    assert live_server.run_until(studio.train(page), "finished")["name"] == "Typed"
    expect(field).to_have_value("")
    expect(field).to_have_attribute("placeholder", re.compile(r"^Typed \(2\)$"))


def test_the_list_takes_a_run_up_with_the_focus_in_the_form(
    new_page: NewPage, run: dict[str, Any]
) -> None:
    page = new_page(locale="zh-CN")
    page.goto("/runs")
    row = page.locator(f'tr[data-id="{run["id"]}"]')
    row.locator("summary").click()
    row.get_by_role("link", name="复制并改一处").click()
    expect(page.get_by_role("textbox", name="神经元").first).to_be_focused(timeout=studio.PATIENCE)
