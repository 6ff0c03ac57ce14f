"""Every page and every tab: its address, and what it shows once it is complete."""

from __future__ import annotations

from tests.browser.studio import HAS_TILES

TABS = {
    "Curves": ("[data-part=epochs] tr", "[data-part=plot-loss] canvas"),
    "Test": ("[data-part=per-class] td",),
    "Mistakes": ("[data-part=mistakes-gallery] canvas",),
    "Inside": ("[data-part=kernels]", "[data-part=change-layers]", "[data-part=idle]"),
    "Map": ("[data-part=map-picture]",),
    "Robustness": ("[data-part=hard-curves] svg", "[data-part=unsure-chart] svg"),
    "Code": ("[data-part=program]",),
}
"""The tabs of a run, with the selectors of what each shows in the end."""

PAGES = {
    "studio": ("/", "[data-part=last-runs] li"),
    "runs": ("/runs", "#rows .spark"),
    "lessons": ("/lessons", "[data-part=rows] li"),
    "lesson": ("/lessons/1", "#lesson-title"),
    "projector": ("/lessons/12?projector", "#lesson-title"),
    "data": ("/data", "[data-part=tiles]"),
    "glossary": ("/glossary", "main svg"),
    "nowhere": ("/nowhere", "main"),
}

Places = dict[str, tuple[str, tuple[str, ...]]]

COMPLETE = (
    f"const hasTiles = {HAS_TILES};"
    + """
  const [selectors] = arguments;
  const isSeen = (one) => one.getClientRects().length > 0;
  // What comes only when it is scrolled to waits until then.
  const isInSight = (one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return isSeen(one) && bottom > 0 && top < innerHeight;
  };
  const waiting = [...document.querySelectorAll("main .waiting, main [aria-busy=true]")];
  const tiles = [...document.querySelectorAll("canvas[data-part=tiles]")].filter(isInSight);
  return document.readyState === "complete"
    && tiles.every(hasTiles)
    && selectors.every((name) => [...document.querySelectorAll(name)].some(isSeen))
    && !waiting.some((one) => isInSight(one) && one.innerText.trim());
"""
)
"""Whether all of these are in the page, and nothing in sight waits or is an empty tile."""


def places(runs: list[str]) -> Places:
    """The address of each place and what it shows, by its name."""
    tabs = {
        f"tab-{tab.lower()}": (f"/?run={runs[0]}&tab={tab.lower()}", shown)
        for tab, shown in TABS.items()
    }
    # Three epochs of few images: the coach has something to say, once it has looked at the network.
    curves, shown = tabs["tab-curves"]
    tabs["tab-curves"] = (curves, (*shown, "[data-part=coach]"))
    pages = {name: (address, (shown,)) for name, (address, shown) in PAGES.items()}
    compare = {"compare": (f"/runs?compare={','.join(runs)}", ("#compare svg, #compare canvas",))}
    return {**tabs, **pages, **compare}
