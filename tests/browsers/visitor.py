"""What a person does in a page, by the roles and names that a person reads."""

from __future__ import annotations

from typing import Any

from tests.browsers.engine import CONTROL, Engine, Point
from tests.live_server import wait_for

SECONDS = 300.0
"""To wait for what the server has to do first; views take only idle time."""

# The same words find the same elements in each engine: none of them computes roles for all others.
FIND = """
  const [role, name] = arguments;
  const kinds = {
    button: "button, summary, [role=button]", link: "a[href]", tab: "[role=tab]",
    textbox: "input:not([type=checkbox], [type=radio], [type=file])", checkbox: "[type=checkbox]",
    heading: "h1, h2, h3", tabpanel: "[role=tabpanel]", list: "ol, ul", status: "[role=status]",
    table: "table", img: "canvas, [role=img]",
  };
  const words = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
  const seen = (one) => {
    const style = getComputedStyle(one);
    return one.getClientRects().length > 0 && style.visibility === "visible";
  };
  const called = (one) => [
    one.getAttribute("aria-label"), one.innerText, one.caption?.textContent,
    ...[...(one.labels ?? [])].map((label) => label.innerText),
    ...(one.getAttribute("aria-labelledby") ?? "").split(" ")
      .map((id) => document.getElementById(id)?.innerText),
  ].map(words);
  const all = [...document.querySelectorAll(kinds[role])].filter(seen);
  const found = all.find((one) => called(one).includes(name))
    ?? all.find((one) => called(one).some((text) => text.startsWith(name)));
"""

PLACE = f"""{FIND}
  if (!found) return null;
  found.scrollIntoView({{ block: "center", behavior: "instant" }});
  const box = found.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const reached = document.elementFromPoint(x, y);
  const free = found.contains(reached) || reached?.contains(found);
  return free && !found.disabled ? [box.left, box.top, box.width, box.height] : null;
"""


class Visitor:
    """Somebody at a browser."""

    def __init__(self, engine: Engine, server: str) -> None:
        self.engine = engine
        self._server = server

    def go(self, path: str) -> None:
        """Open a page of the server."""
        self.engine.open(self._server + path)

    def box(self, role: str, name: str) -> list[float]:
        """Left, top, width and height of what has this name, once the mouse could reach it."""
        what = f"no {role} {name!r} to reach in {self.engine.name}"
        found: list[float] = wait_for(lambda: self.engine.ask(PLACE, role, name), SECONDS, what)
        return found

    def press(self, role: str, name: str) -> None:
        """Click in its middle."""
        left, top, width, height = self.box(role, name)
        self.engine.draw([(left + width / 2, top + height / 2)])

    def fill(self, name: str, text: str) -> None:
        """Replace what a field holds, by the keyboard."""
        self.press("textbox", name)
        self.engine.type(f"{CONTROL}a{text}")

    def write(self, name: str, stroke: list[Point]) -> None:
        """Draw on a pad; the points are shares of its width and height."""
        left, top, width, height = self.box("img", name)
        self.engine.draw([(left + x * width, top + y * height) for x, y in stroke])

    def read(self, role: str, name: str) -> str:
        """The text of what has this name; "" where there is none."""
        return str(self.engine.ask(f"{FIND} return found?.innerText ?? '';", role, name))

    def wait(self, script: str, *values: object, what: str = "") -> Any:
        """The first answer of a script that is neither null nor false."""
        told = what or f"{script} said no in {self.engine.name}"
        return wait_for(lambda: self.engine.ask(script, *values), SECONDS, told)

    def expect_text(self, text: str) -> None:
        """Wait until the page shows a text."""
        script = "return document.body.innerText.includes(arguments[0])"
        self.wait(script, text, what=f"{text!r} is not shown in {self.engine.name}")
