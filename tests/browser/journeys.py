"""Three people's ways through the program, played by what a person sees: words and roles.

Counted are presses of the pointer, fields that are typed into, and screens that are scrolled
because what was wanted was not whole in the window.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import studio
from tests.live_server import wait_for
from webapp.language import read_translations

NOTCH = 120
"""Pixels that a wheel turns at least."""

MOST_SCREENS = 30
"""Whoever has scrolled so far gives up."""

AWAY = """(element, height) => {
  const own = element.getBoundingClientRect();
  const { left, top, right } = own;
  const bottom = height ? Math.min(own.bottom, top + height) : own.bottom;
  const places = [];
  for (let one = element.parentElement; one && one !== document.body; one = one.parentElement)
    if (one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== "visible")
      places.push(one);
  places.push(document.scrollingElement);
  const windowOf = (place) => {
    const { top, bottom } = place.getBoundingClientRect();
    const isAll = place === document.scrollingElement;
    return isAll ? [0, innerHeight] : [Math.max(0, top), Math.min(innerHeight, bottom)];
  };
  const middle = Math.min((left + right) / 2, innerWidth - 1);
  const missing = (from, to) => (bottom > to + 1 ? bottom - to : top < from - 1 ? top - from : 0);
  for (const place of places) {
    const [from, to] = windowOf(place);
    const by = missing(from, to);
    if (by) return { by, screen: to - from, x: middle, y: (from + to) / 2 };
  }
  // By a bar that stays while the rest scrolls: the "?" of a field is nobody's hindrance.
  const isCovered = (y) => {
    let one = document.elementFromPoint(middle, y);
    if (!one) return true;
    if (element.contains(one)) return false;
    for (; one && !one.contains(element); one = one.parentElement)
      if (/fixed|sticky/.test(getComputedStyle(one).position)) return true;
    return false;
  };
  const [from, to] = windowOf(places[0]);
  const rest = { screen: to - from, x: middle, y: (from + to) / 2 };
  const hidden = [];
  for (let y = top + 6; y < bottom; y += 6) if (isCovered(y)) hidden.push(y);
  if (!hidden.length) return null;
  const by = hidden[0] > (from + to) / 2 ? bottom - hidden[0] + 6 : top - hidden.at(-1) - 6;
  return { by, ...rest };
}"""
"""How far an element's upper part is from being whole in the window, and where to turn the wheel;
null: it is."""

STILL = """(element) => new Promise((resolve) => {
  let [last, frames] = [NaN, 0];
  const look = () => {
    const { top } = element.getBoundingClientRect();
    frames = top === last ? frames + 1 : 0;
    last = top;
    frames < 4 ? requestAnimationFrame(look) : resolve(top);
  };
  look();
})"""
"""Where an element is, once it has stood there for some frames."""


class Way(NamedTuple):
    """How long somebody's way was."""

    presses: int = 0
    fields: int = 0
    screens: int = 0

    def __str__(self) -> str:
        return f"{self.presses} / {self.fields} / {self.screens}"


@dataclass
class Person:
    """Somebody at a page, who reads and points."""

    page: Page
    way: Way = field(default_factory=Way)

    def word(self, english: str) -> str:
        """What the page says for it in its language."""
        language = self.page.locator("html").get_attribute("lang") or "en"
        locale = "zh_Hans" if language.startswith("zh") else "en"
        return str(read_translations(locale).gettext(english))

    def find(self, role: Any, english: str, **values: object) -> Locator:
        """What has this role and exactly this name."""
        name = self.word(english) % values if values else self.word(english)
        return self.page.get_by_role(role, name=name, exact=True)

    def press(self, thing: Locator) -> None:
        """Bring it into view and press its middle."""
        self.see(thing)
        thing.click()
        self._went(presses=1)

    def type(self, text_field: Locator, text: str) -> None:
        """Fill in a field."""
        self.see(text_field)
        text_field.fill(text)
        self._went(fields=1)

    def write(self) -> None:
        """Draw a seven, in one stroke."""
        pad = self.find("img", "Writing pad, for mouse, finger or pen")
        self.see(pad)
        studio.stroke(self.page, pad, studio.SEVEN)
        self._went(presses=1)

    def go_to(self, part: Literal["Build", "Watch", "Write"]) -> None:
        """Choose a part of the Studio, where it shows one at a time and shows another."""
        dock = self.find("navigation", "Parts of the Studio")
        button = dock.get_by_role("button", name=self.word(part))
        if button.is_visible() and button.get_attribute("aria-current") != "true":
            self.press(button)

    def see(self, thing: Locator, height: int = 0) -> None:
        """Scroll until it is whole, or its upper ``height`` pixels."""
        expect(thing).to_be_visible(timeout=studio.PATIENCE)
        for _turn in range(MOST_SCREENS):
            before = thing.evaluate(STILL)
            away = thing.evaluate(AWAY, height)
            if away is None:
                return
            self._turn_the_wheel(away)
            wait_for(lambda: thing.evaluate(STILL) != before, 60, f"{thing} cannot be scrolled to")  # noqa: B023
        raise AssertionError(f"{thing} never came into view")

    def _turn_the_wheel(self, away: dict[str, float]) -> None:
        by = min(0.8 * away["screen"], max(NOTCH, abs(away["by"])))
        self.page.mouse.move(away["x"], away["y"])
        self.page.mouse.wheel(0, math.copysign(by, away["by"]))
        self._went(screens=1)

    def _went(self, presses: int = 0, fields: int = 0, screens: int = 0) -> None:
        now = self.way
        self.way = Way(now.presses + presses, now.fields + fields, now.screens + screens)


def begin(page: Page) -> Person:
    """Somebody who opens the first page, and has read what it says by itself."""
    page.goto("/")
    person = Person(page)
    expect(person.find("button", "Train this network")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return person


def stranger(page: Page, _name: str) -> Way:
    """Somebody who was never here trains a network and draws a digit for it."""
    person = begin(page)
    person.press(person.find("button", "Train this network"))
    page.wait_for_url(re.compile("run="), timeout=studio.PATIENCE)
    person.go_to("Write")
    person.write()
    bars = person.find("list", "Probability of each digit")
    expect(bars).to_contain_text(re.compile(r"[1-9][\d.]*%"), timeout=studio.PATIENCE)
    person.see(bars)
    return person.way


def finder(page: Page, name: str) -> Way:
    """Somebody looks for the mistake of a run of which the network was surest."""
    make_mistakes(page)
    person = begin(page)
    person.press(page.get_by_role("link", name=name, exact=True))
    person.press(person.find("tab", "Mistakes"))
    words = person.word(
        "Test images; use the arrow keys to move and Enter to put an image on the pad"
    )
    pictures = page.get_by_role("slider", name=words)
    expect(pictures).to_have_attribute("aria-valuetext", re.compile("."), timeout=studio.PATIENCE)
    person.see(pictures, ONE_PICTURE)
    return person.way


ONE_PICTURE = 140
"""Pixels of height that hold an image with the true digit and the answer below it."""


def repeater(page: Page, name: str) -> Way:
    """Somebody repeats a run with another batch size, and compares the two."""
    person = begin(page)
    person.press(page.get_by_role("link", name=name, exact=True))
    person.press(person.find("button", "Duplicate and change one thing"))
    batch = person.find("textbox", "Batch size")
    expect(batch).to_have_value("100", timeout=studio.PATIENCE)
    person.type(batch, "50")
    person.press(person.find("button", "Train"))
    heading = page.get_by_role("heading", name=re.compile(f"^{re.escape(name)} · "))
    expect(heading).to_be_visible(timeout=studio.PATIENCE)
    another = heading.inner_text()
    compare(person, name, another)
    return person.way


def compare(person: Person, *names: str) -> None:
    """Select the runs in the list and put them side by side."""
    person.press(person.find("link", "Runs"))
    for name in names:
        person.press(person.find("checkbox", "Select %(run)s", run=name))
    person.press(person.find("button", "Compare"))
    for caption in ("Differences", "Results"):
        person.see(person.find("table", caption))


JOURNEYS: dict[str, Callable[[Page, str], Way]] = {
    "stranger": stranger,
    "finder": finder,
    "repeater": repeater,
}
"""Each is given a page and the name of a finished run that the first page offers."""

PHONE = "390x844 en"

SCREENS: dict[str, dict[str, Any]] = {
    "1366x768 en": {"viewport": {"width": 1366, "height": 768}, "locale": "en-US"},
    "1366x768 zh": {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"},
    PHONE: {
        "viewport": {"width": 390, "height": 844},
        "locale": "en-US",
        "has_touch": True,
        "is_mobile": True,
    },
}
"""How the browser of each is opened."""

KNOWN = "localStorage.setItem('inkling.tour', 'shown');"
"""Whoever has a run was here before."""


def open_page(browser: Browser, url: str, screen: str, journey: str) -> Page:
    """A page for somebody who is about to go this way."""
    context = browser.new_context(base_url=url, **SCREENS[screen])
    context.set_default_timeout(60_000)
    if journey != "stranger":
        context.add_init_script(KNOWN)
    return context.new_page()


MISTAKES = {3: (5, 0.999), 40: (2, 0.7), 500: (8, 0.93)}
"""Places in the test set, what the network takes those digits for, and how sure it is."""


def make_mistakes(page: Page) -> None:
    """Let every network that is asked make a few mistakes: workers that are fakes make none."""
    truth = [n % 10 for n in range(1000)]
    said = [MISTAKES.get(n, (digit, 0.9)) for n, digit in enumerate(truth)]
    tested = {
        "epoch": 2,
        "truth": truth,
        "answer": [digit for digit, _sure in said],
        "confidence": [sure for _digit, sure in said],
    }
    page.route("**/insights/tested*", lambda route: route.fulfill(json=tested))
