"""What the Studio shows without scrolling, measured in the page and not by eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

Seen = Literal["whole", "cut", "covered", "absent"]


@dataclass(frozen=True)
class Screen:
    """A screen that students have."""

    width: int
    height: int
    kind: Literal["laptop", "tablet", "phone", "projector"]

    @property
    def touch(self) -> bool:
        """Whether a finger is the pointer."""
        return self.kind in ("tablet", "phone")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


SCREENS = (
    Screen(1280, 720, "laptop"),
    Screen(1366, 768, "laptop"),
    Screen(1440, 900, "laptop"),
    Screen(390, 844, "phone"),
    Screen(820, 1180, "tablet"),
    Screen(1180, 820, "tablet"),
    Screen(1920, 1080, "projector"),
)

SEEN = """(selector) => {
  const within = (box, edge) =>
    box.left >= edge.left - 1 && box.top >= edge.top - 1 &&
    box.right <= edge.right + 1 && box.bottom <= edge.bottom + 1;
  const edges = (element) => {
    const found = [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }];
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
      const { overflow, position } = getComputedStyle(one);
      if (overflow !== "visible") found.push(one.getBoundingClientRect());
      if (position === "fixed") break;
    }
    return found;
  };
  // Its middle and its corners: where something lies on top, a press meets that.
  const points = ({ left, top, right, bottom, width, height }) => {
    const [x, y] = [Math.min(6, width / 3), Math.min(6, height / 3)];
    const corners = [left + x, right - x].flatMap((h) => [top + y, bottom - y].map((v) => [h, v]));
    return [[left + width / 2, top + height / 2], ...corners];
  };
  const seen = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return "absent";
    const box = element.getBoundingClientRect();
    if (!edges(element).every((edge) => within(box, edge))) return "cut";
    const hits = points(box).map(([x, y]) => document.elementFromPoint(x, y));
    const own = hits.every((hit) => hit && (element.contains(hit) || hit.contains(element)));
    return own ? "whole" : "covered";
  };
  return [...document.querySelectorAll(selector)].map(seen);
}"""
"""How each element is seen: `cut` by the window or by what scrolls it, `covered` by another."""

COVERED = """(part) => {
  const controls = "a[href], button, input, select, summary, [tabindex='0']";
  const found = [];
  for (const one of document.querySelectorAll(`${part} :is(${controls})`)) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(".sr-only")) continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const { left, top, width, height } = one.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + Math.min(height, 40) / 2);
    if (!hit || !(one.contains(hit) || hit.contains(one)))
      found.push((one.getAttribute("aria-label") || one.id || one.textContent).trim().slice(0, 40));
  }
  document.activeElement?.blur();
  for (const one of document.querySelectorAll("*")) if (one.scrollTop) one.scrollTop = 0;
  return found;
}"""
"""Controls that a bar covers even when they have the focus."""

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How many pixels the page scrolls sideways."""

PARTS = {
    "build": {"train": ".train", "fit": ".step:nth-of-type(3) :is(select, input)"},
    "watch": {"facts": ".facts > div:not([hidden])", "tabs": "[role=tab]"},
    "write": {"pad": "[data-part=pad]", "bars": ".probs li"},
}


@dataclass(frozen=True)
class Sight:
    """What a screen shows of the Studio, and what is amiss."""

    seen: dict[str, list[Seen]]
    sideways: int
    covered: list[str]

    def shown(self, name: str) -> int:
        """How many elements of this name there are, in sight or not."""
        return len(self.seen[name]) - self.seen[name].count("absent")

    def whole(self, name: str) -> int:
        """How many elements of this name are whole."""
        return self.seen[name].count("whole")

    def __str__(self) -> str:
        fit = self.seen["fit"][0]
        shown = {name: f"{self.whole(name)} of {self.shown(name)}" for name in self.seen}
        cells = [*({**shown, "fit": fit, "train": self.seen["train"][0]}).values()]
        return " | ".join([*cells, str(self.sideways), ", ".join(self.covered) or "none"])


HEAD = " | ".join([*(name for part in PARTS.values() for name in part), "sideways", "covered"])


def look(page: Page) -> Sight:
    """Measure the Studio as it is; where it shows one part at a time, each in turn."""
    seen: dict[str, list[Seen]] = {}
    sideways, covered = 0, []
    for part, selectors in PARTS.items():
        go_to(page, part)
        for name, selector in selectors.items():
            seen[name] = page.evaluate(SEEN, f"#{part} {selector}")
        sideways = max(sideways, page.evaluate(SIDEWAYS))
        covered += page.evaluate(COVERED, f"#{part}")
    return Sight(seen, sideways, covered)


def go_to(page: Page, part: str) -> None:
    """Choose a part of the Studio where one is shown at a time, and see its beginning."""
    button = page.locator(f"#dock [data-part={part}]")
    if button.is_visible():
        button.click()
    page.evaluate("scrollTo(0, 0)")
