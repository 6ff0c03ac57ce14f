"""The main journey of a first visit, in each engine."""

from __future__ import annotations

import re

from tests.browser.studio import SEVEN
from tests.browsers import sheets
from tests.browsers.places import COMPLETE, TABS
from tests.browsers.visitor import Visitor

EPOCHS = 10

# Notes how many epochs the table has, each time that it changes.
WATCH = """
  window.counts = [];
  const table = document.querySelector("[data-part=epochs]");
  new MutationObserver(() => window.counts.push(table.rows.length))
    .observe(table, { childList: true });
  return true;
"""
ROWS = "return document.querySelector('[data-part=epochs]')?.rows.length"


def test_somebody_trains_looks_and_writes(visitor: Visitor) -> None:
    visitor.engine.resize(1600, 1000)
    visitor.go("/")
    visitor.expect_text("Step 1 of 3")
    visitor.press("button", "End the tour")
    visitor.fill("Epochs", str(EPOCHS))
    visitor.engine.ask(WATCH)
    visitor.press("button", "Train")
    visitor.wait("return location.search.includes('run=')")
    visitor.wait(f"{ROWS} === {EPOCHS}", what="the last epoch never came")
    counts = visitor.engine.ask("return window.counts")
    assert len(set(counts)) > 3 and counts == sorted(counts), "epochs did not come one by one"
    visitor.expect_text("Test accuracy")
    for tab, shown in TABS.items():
        visitor.press("tab", tab)
        visitor.wait(COMPLETE, shown, what=f"{tab} is never complete")
        sheets.keep(visitor.engine.name, f"journey-{tab.lower()}", visitor.engine.picture())
    visitor.press("tab", "Inside")
    visitor.write("Writing pad", SEVEN)
    answer = visitor.wait(ANSWER, what="no answer to the drawing")
    assert re.match(r"\d", answer)
    visitor.wait(COMPLETE, ["[data-part=lit]"])
    visitor.expect_text(f"it predicts {answer[0]}, ")
    sheets.keep(visitor.engine.name, "journey-written", visitor.engine.picture())


ANSWER = """
  const says = document.querySelector("#write [data-part=digit]");
  const sure = document.querySelector("#write [data-part=sure]");
  return says.getClientRects().length && /\\d/.test(sure.innerText) ? says.innerText : null;
"""
