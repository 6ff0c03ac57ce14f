"""Every page, every state of a run and whatever opens: how somebody comes there, place by place.

Workers are fakes, so a place is there at once. What needs a network that was really trained is in
``test_access.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, Page, expect

from tests.browser import studio

Runs = Mapping[str, str]
"""The ids of runs by their names, one in each state."""

Go = Callable[[Page, Runs], object]

RUNNING = ("queued", "training", "paused")
ENDED = ("finished", "stopped", "failed", "diverged", "imported")


def form(page: Page) -> Page:
    """The Studio before a run."""
    studio.open_studio(page)
    return page


def tour(page: Page, steps: int) -> None:
    """The tour, so many steps on."""
    form(page).get_by_role("button", name="Show the tour").click()
    for _step in range(steps):
        page.get_by_role("button", name="Next step").click()
    expect(page.get_by_text(f"Step {steps + 1} of 3")).to_be_visible()


def layers_to_add(page: Page) -> None:
    form(page).get_by_role("button", name="+ Add a layer").click()
    expect(
        page.get_by_role("dialog", name="Layers to add").get_by_role("button").first
    ).to_be_visible()


def help_open(page: Page) -> None:
    form(page).get_by_role("button", name="About Batch size").click()
    expect(page.locator(".bubble[data-open]")).to_be_visible()


def unfolded(page: Page) -> None:
    """All of the form that is folded away."""
    form(page).get_by_role("button", name=re.compile("^More about Dense")).first.click()
    page.get_by_text("More training options").click()
    page.get_by_text("As a Keras program").click()
    expect(page.get_by_role("region", name="Keras program")).to_be_visible()


def warned(page: Page) -> None:
    """Warnings, a fault and a refused Train in the form."""
    form(page).get_by_label("Optimizer", exact=True).select_option("SGD")
    page.get_by_role("textbox", name="Learning rate").first.fill("100")
    expect(page.get_by_text("is very large for SGD")).to_be_visible()
    page.get_by_role("textbox", name="Epochs").fill("none")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".summary")).to_be_focused()


def undone(page: Page) -> None:
    """A layer was removed and can come back; one step was taken back."""
    field = form(page).get_by_role("textbox", name="Epochs")
    for value in ("3", "4"):
        field.fill(value)
        field.blur()
    page.get_by_role("button", name="More about Flatten, layer 1").click()
    page.get_by_role("button", name="Remove Flatten").click()
    expect(page.get_by_role("button", name="Undo").first).to_be_enabled()


def differs(page: Page, runs: Runs) -> None:
    """A run that was duplicated, one thing changed, and all that the run is."""
    studio.open_studio(page, f"?run={runs['finished']}")
    page.get_by_role("button", name="Duplicate and change one thing").click()
    page.get_by_role("textbox", name="Batch size").fill("50")
    expect(page.get_by_text("The form differs from this run in: batch 50")).to_be_visible()
    page.get_by_text("Show all").click()
    expect(page.locator("#watch .whole").get_by_role("heading", name="Compile")).to_be_visible()


def run(page: Page, runs: Runs, name: str) -> None:
    page.goto(f"/?run={runs[name]}")
    expect(page.get_by_role("tablist", name="Details")).to_be_visible()


def renamed(page: Page, runs: Runs) -> None:
    run(page, runs, "finished")
    page.locator("#watch").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("textbox", name="Name of the run")).to_be_focused()


def table(page: Page) -> Locator:
    """The list of runs, once it is there."""
    page.goto("/runs")
    expect(page.get_by_label("Select finished")).to_be_visible()
    return page.locator("#rows")


def columns(page: Page) -> None:
    table(page)
    page.get_by_role("button", name="Columns").click()
    for name in ("Seed", "Batch size", "Learning rate", "Optimizer"):
        page.get_by_label(name, exact=True).check()


def menu(page: Page) -> None:
    table(page)
    page.get_by_label("Actions for finished").click()
    expect(page.get_by_role("button", name="Rename")).to_be_visible()


def renaming(page: Page) -> None:
    menu(page)
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("textbox", name="New name of the run")).to_be_visible()


def selected(page: Page) -> None:
    table(page)
    for name in ("finished", "stopped"):
        page.get_by_label(f"Select {name}").check()
    expect(page.get_by_text("2 runs selected")).to_be_visible()


def deletion(page: Page) -> None:
    selected(page)
    page.get_by_role("button", name="Delete 2 runs").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def compared(page: Page, runs: Runs) -> None:
    page.goto(f"/runs?compare={runs['finished']},{runs['stopped']}")
    expect(page.get_by_role("table", name="Results")).to_be_visible()
    expect(page.locator("#compare canvas").first).to_be_visible()
    unfold(page, "As a table")


def unfold(page: Page, title: str) -> None:
    for fold in page.locator("summary:visible", has_text=title).all():
        fold.click()


def filtered(page: Page) -> None:
    table(page)
    page.get_by_role("searchbox").fill("nothing is called so")
    expect(page.locator("#none")).to_be_visible()


def lesson(page: Page) -> None:
    page.goto("/lessons/9?size=small")
    page.locator(".guess").first.click()
    page.get_by_role("button", name="Show now").click()
    expect(page.locator(".moral")).to_be_visible()
    unfold(page, "As a table")


def shown(page: Page, address: str, wanted: str) -> None:
    """A page that says by itself what it has to say."""
    page.goto(address)
    expect(page.locator(wanted).first).to_be_visible()


def in_state(name: str) -> Go:
    """A run that is called after its state."""
    return lambda page, runs: run(page, runs, name)


def on_tour(steps: int) -> Go:
    return lambda page, _runs: tour(page, steps)


def without_runs(go: Callable[[Page], object]) -> Go:
    return lambda page, _runs: go(page)


def page_of(address: str, wanted: str) -> Go:
    return lambda page, _runs: shown(page, address, wanted)


IN_THE_LIST = {
    "runs": table,
    "menu of a run": menu,
    "selected runs": selected,
}
OPENED: dict[str, Callable[[Page], object]] = {
    "first page": form,
    "layers to add": layers_to_add,
    "help": help_open,
    "all of the form": unfolded,
    "warnings and faults": warned,
    "undo": undone,
    **IN_THE_LIST,
    "columns": columns,
    "name in the list": renaming,
    "deletion": deletion,
    "no run found": filtered,
    "lesson": lesson,
}
SHOWN = {
    "no such run": ("/?run=000000000000", ".no-such-run"),
    "lessons": ("/lessons", "main li"),
    "projector": ("/lessons/2?size=small&projector", "h2"),
    "glossary": ("/glossary", ".entry"),
    "no such page": ("/nowhere", ".error-page"),
}

PLACES: dict[str, Go] = {
    **{f"tour, step {n + 1}": on_tour(n) for n in range(3)},
    **{name: without_runs(go) for name, go in OPENED.items()},
    **{name: page_of(*where) for name, where in SHOWN.items()},
    **{f"run, {one}": in_state(one) for one in RUNNING + ENDED},
    "duplicated run": differs,
    "run being renamed": renamed,
    "compare": compared,
}

ON_A_PHONE: dict[str, Go] = {
    **{name: without_runs(go) for name, go in IN_THE_LIST.items()},
    "run": in_state("finished"),
}
