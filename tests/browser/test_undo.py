"""Undo and redo in the form, by button and by key; the pad and other fields keep their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.browser.test_coach import stuck
from tests.live_server import LiveServer, wait_for

UNDO, REDO = "Control+z", "Control+Shift+z"


def draft(page: Page) -> Any:
    """What the form says, as the browser keeps it."""
    return json.loads(page.evaluate("localStorage.getItem('inkling.draft')"))


def expect_draft(page: Page, wanted: Any) -> None:
    wait_for(lambda: draft(page) == wanted, what=f"the form does not say {wanted}")


def buttons(page: Page) -> tuple[Locator, Locator]:
    steps = page.get_by_role("group", name="Changes to the form")
    return steps.get_by_role("button", name="Undo"), steps.get_by_role("button", name="Redo")


def text(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


@contextmanager
def changing(page: Page) -> Iterator[None]:
    """The block changes the form; then one step takes it back, does it again, and takes it back."""
    before = draft(page)
    yield
    wait_for(lambda: draft(page) != before, what="nothing changed")
    after = draft(page)
    undo, redo = buttons(page)
    undo.click()
    expect_draft(page, before)
    redo.click()
    expect_draft(page, after)
    undo.click()
    expect_draft(page, before)


def test_the_buttons_say_whether_there_is_a_step(page: Page) -> None:
    studio.open_studio(page)
    undo, redo = buttons(page)
    expect(undo).to_be_disabled()
    expect(redo).to_be_disabled()
    text(page, "Epochs").fill("3")
    expect(undo).to_be_enabled()
    undo.press("Enter")
    expect(text(page, "Epochs")).to_have_value("20")
    expect(undo).to_be_disabled()
    expect(redo).to_be_focused()
    redo.press("Enter")
    expect(text(page, "Epochs")).to_have_value("3")
    expect(undo).to_be_focused()
    expect(redo).to_be_disabled()


def test_everything_that_changes_the_form_can_be_undone(page: Page) -> None:
    studio.open_studio(page)
    fit, build = (page.get_by_role("region", name=name) for name in ("Fit", "Build"))
    more = build.get_by_role("button", name="More about Dense, layer 2")
    more.click()
    acts: list[Callable[[], Any]] = [
        lambda: text(page, "Epochs").fill("3"),
        lambda: page.get_by_label("Start from", exact=True).select_option("softmax"),
        lambda: page.get_by_label("Optimizer", exact=True).select_option("SGD"),
        lambda: page.get_by_label("Loss", exact=True).select_option("mean_squared_error"),
        lambda: build.get_by_label("Activation", exact=True).first.select_option("tanh"),
        lambda: build.get_by_label("Weight regularizer", exact=True).select_option("L2"),
        lambda: build.get_by_role("button", name="Duplicate Dense").click(),
        lambda: build.get_by_role("button", name="Move Dense up").click(),
        lambda: build.get_by_role("button", name="Remove Dense").click(),
        lambda: more.press("Alt+ArrowUp"),
        lambda: drag_first_layer(page),
        lambda: add_layer(page, "Dropout"),
        lambda: in_more(fit, "Divide by 255").uncheck(),
        lambda: in_more(fit, "Early stopping").check(),
    ]
    for act in acts:
        with changing(page):
            act()


def in_more(region: Locator, label: str) -> Locator:
    """A field that is folded away, unfolded."""
    field = region.get_by_role("checkbox", name=label, exact=True)
    if not field.is_visible():
        region.get_by_text("More training options").click()
    return field


def add_layer(page: Page, name: str) -> None:
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_role("button", name=name).first.click()


def drag_first_layer(page: Page) -> None:
    # In one look: the list may be drawn anew between two.
    first, last = page.locator(".strand li[data-id] .bead").evaluate_all(
        "(beads) => [beads[0], beads.at(-1)].map((bead) => bead.getBoundingClientRect().toJSON())"
    )
    page.mouse.move(first["x"] + 9, first["y"] + 18)
    page.mouse.down()
    page.mouse.move(last["x"] + 9, last["y"] + 60, steps=6)
    page.mouse.up()


def test_nested_fields_are_undone_too(page: Page) -> None:
    studio.open_studio(page)
    fit = page.get_by_role("region", name="Fit")
    in_more(fit, "Early stopping").check()
    with changing(page):
        fit.get_by_label("Patience", exact=True).fill("9")
    undo, _redo = buttons(page)
    undo.click()
    expect(fit.get_by_role("checkbox", name="Early stopping")).not_to_be_checked()
    expect(fit.get_by_label("Patience", exact=True)).to_be_hidden()


def test_settings_taken_from_a_run_and_from_the_coach_can_be_undone(
    page: Page, live_server: LiveServer
) -> None:
    run_id = live_server.post("/api/runs", stuck() | {"seed": 7}).json()["id"]
    live_server.run_until(run_id, "finished")
    studio.open_studio(page, f"?run={run_id}")
    watch = page.get_by_role("region", name="Watch")
    before = draft(page)
    use = watch.get_by_role("button", name="Duplicate and change one thing")
    use.click()
    wait_for(lambda: draft(page)["seed"] == 7)
    expect(buttons(page)[0]).to_be_enabled()
    use.press(UNDO)
    expect_draft(page, before)
    with changing(page):
        watch.get_by_role("button", name="Show it in the form").click()
    page.goto(f"/?run={run_id}&use=settings")
    wait_for(lambda: draft(page)["seed"] == 7)
    buttons(page)[0].click()
    expect_draft(page, before)


def test_keys_in_a_field_replace_the_browsers_own(page: Page) -> None:
    studio.open_studio(page)
    epochs, batch = text(page, "Epochs"), text(page, "Batch size")
    original = draft(page)
    epochs.click()
    epochs.press("Control+a")
    epochs.press_sequentially("37")
    batch.press("Control+a")
    batch.press_sequentially("64")
    both = draft(page)
    expect(buttons(page)[0]).to_be_enabled()
    batch.press(UNDO)
    expect(batch).to_have_value("100")
    expect(batch).to_be_focused()
    page.keyboard.press(UNDO)
    expect(epochs).to_have_value("20")
    expect(epochs).to_be_focused()
    assert draft(page) == original
    page.keyboard.press(UNDO)
    assert draft(page) == original
    page.keyboard.press(REDO)
    page.keyboard.press("Control+y")
    expect(batch).to_have_value("64")
    expect(epochs).to_have_value("37")
    assert draft(page) == both

    # The browser's menu is left: what it does to a field is typing, and the form agrees.
    batch.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("8")
    page.evaluate("document.execCommand('undo')")
    assert str(draft(page)["fit"]["batch_size"]) == batch.input_value()


@pytest.mark.parametrize(("key", "code"), [("я", "KeyZ"), ("z", "KeyW"), ("Z", "KeyY")])
def test_other_layouts_have_the_key_too(page: Page, key: str, code: str) -> None:
    studio.open_studio(page)
    epochs = text(page, "Epochs")
    epochs.fill("3")
    expect(buttons(page)[0]).to_be_enabled()
    keys = {"key": key, "code": code, "ctrlKey": True, "bubbles": True, "cancelable": True}
    epochs.dispatch_event("keydown", keys)
    expect(epochs).to_have_value("20")


def test_the_pad_and_other_fields_keep_their_keys(page: Page, finished: str) -> None:
    studio.open_studio(page, f"?run={finished}")
    epochs, undo_stroke = text(page, "Epochs"), page.locator("#write").get_by_text("Undo")
    epochs.fill("3")
    expect(buttons(page)[0]).to_be_enabled()
    studio.write(page, studio.ONE)
    page.keyboard.press(UNDO)  # the pad was touched last
    expect(epochs).to_have_value("3")
    expect(undo_stroke).to_be_disabled()
    page.keyboard.press(UNDO)
    expect(epochs).to_have_value("3")

    page.get_by_role("region", name="Watch").get_by_role("heading").first.dblclick()
    name = page.get_by_role("textbox", name="Name of the run")
    was = name.input_value()
    name.press("End")
    name.press_sequentially("!")
    name.press(UNDO)
    expect(name).to_have_value(was)
    expect(epochs).to_have_value("3")

    page.get_by_role("region", name="Build").get_by_text("Start from").click()
    page.keyboard.press(UNDO)
    expect(epochs).to_have_value("20")


def test_a_fault_comes_back_and_goes_with_its_step(page: Page) -> None:
    studio.open_studio(page)
    units = page.get_by_role("textbox", name="Neurons").first
    fault = page.locator(".layer .fault").get_by_text("between 1 and")
    units.fill("0")
    expect(fault).to_be_visible()
    units.blur()
    units.fill("7")
    expect(fault).to_be_hidden()
    expect(buttons(page)[0]).to_be_enabled()
    units.press(UNDO)
    expect(units).to_have_value("0")
    expect(fault).to_be_visible()
    page.keyboard.press(UNDO)
    expect(fault).to_be_hidden()
    expect(units).not_to_have_attribute("aria-invalid", "true")


def test_a_step_opens_what_it_changes_and_says_it(page: Page) -> None:
    studio.open_studio(page)
    fit = page.get_by_role("region", name="Fit")
    in_more(fit, "Divide by 255").uncheck()
    expect(fit.get_by_text("Pixels from 0 to 255")).to_be_visible()  # it unfolds what is folded
    fit.get_by_text("More training options").click()
    expect(fit.get_by_label("Divide by 255", exact=True)).to_be_hidden()
    buttons(page)[0].click()
    expect(fit.get_by_label("Divide by 255", exact=True)).to_be_checked()
    expect(fit.get_by_label("Divide by 255", exact=True)).to_be_in_viewport()
    expect(page.locator("#build > [role=status]")).to_have_text("Undone: Divide by 255")


def test_only_other_epochs_are_still_the_preset(page: Page) -> None:
    studio.open_studio(page)
    preset = page.get_by_label("Start from", exact=True)
    now = preset.input_value()
    assert now
    text(page, "Epochs").fill("3")
    expect(page.locator(".sum")).to_contain_text("updates per epoch")
    expect(preset).to_have_value(now)
    text(page, "Batch size").fill("10")
    expect(preset).to_have_value("")
    expect(buttons(page)[0]).to_be_enabled()
    text(page, "Batch size").press(UNDO)
    expect(preset).to_have_value(now)


def test_the_buttons_are_large_enough_for_a_finger(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/")
    page.get_by_role("navigation", name="Parts").get_by_text("Build").tap()
    text(page, "Epochs").fill("3")
    undo, redo = buttons(page)
    undo.tap()
    expect(text(page, "Epochs")).to_have_value("20")
    redo.tap()
    expect(text(page, "Epochs")).to_have_value("3")
