"""The Code tab: the run as a plain Keras program."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.live_server import LiveServer


def test_the_program_is_shown_and_taken_home(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    studio.open_studio(page)
    studio.choose_training(page, samples=200, epochs=2, name="To take home")
    run_id = studio.train(page)
    studio.expect_finished(page)
    page.get_by_role("tab", name="Code").click()
    program = live_server.get(f"/api/runs/{run_id}/code").text
    shown = page.get_by_role("region", name="Keras program")
    expect(shown).to_contain_text("model.add(layers.Dense(10")
    assert shown.inner_text().strip() == program.strip()
    for ending in ("Python script", "Jupyter notebook"):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=ending).click()
        saved = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved)
        assert "Dense(10" in saved.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.glob("To*")) == [
        "To-take-home.ipynb",
        "To-take-home.py",
    ]


def test_the_form_as_a_program(page: Page) -> None:
    studio.open_studio(page)
    page.get_by_text("As a Keras program").click()
    program = page.locator("#build").get_by_role("region", name="Keras program")
    expect(program).to_contain_text("epochs=20")
    page.get_by_role("textbox", name="Epochs").fill("7")
    expect(program).to_contain_text("epochs=7")
    page.get_by_role("textbox", name="Epochs").fill("0")
    expect(page.locator("#build .as-program").get_by_role("status")).not_to_be_empty()
    expect(program).to_contain_text("epochs=7")
