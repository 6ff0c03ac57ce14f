"""What a page has begun ends with it: listeners, observers, timers, charts, sockets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import ROOT
from tests.browser import studio
from tests.live_server import wait_for
from tests.server_process import Server

SCRIPTS = ROOT / "static" / "js"

COUNTING = """
Error.stackTraceLimit = 30;
window.began = new Set(); // scripts that have made a lifetimetime
const left = new Map(); // what has not ended, and whose it is
const sockets = new Set();
const ofTemplate = new WeakSet();
document.addEventListener("readystatechange", () => { // before the page's own scripts
  for (const element of document.querySelectorAll("*")) ofTemplate.add(element);
}, { once: true });

const callers = () =>
  [...new Error().stack.matchAll(/[/]static[/]\\w+[/]([\\w./-]+)/g)].map(([, name]) => name);
const lasting = ["js/theme.js", "js/shell.js"]; // the document's own
function note(one, what) {
  const name = callers().find((one) => one !== "js/lifetime.js");
  if (name?.startsWith("js/") && !lasting.includes(name)) left.set(one, `${what} of ${name}`);
}

const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
const outlives = (target) =>
  [undefined, window, document, document.documentElement].includes(target) ||
  target instanceof MediaQueryList || ofTemplate.has(target);
EventTarget.prototype.addEventListener = function (name, listener, options) {
  if (outlives(this) && !options?.signal?.aborted) {
    const one = { target: this ?? window, name, listener };
    note(one, `a listener to ${name}`);
    if (options?.signal) add.call(options.signal, "abort", () => left.delete(one));
  }
  return add.call(this, name, listener, options);
};
EventTarget.prototype.removeEventListener = function (name, listener, options) {
  for (const one of left.keys())
    if (one.target === (this ?? window) && one.name === name && one.listener === listener)
      left.delete(one);
  return remove.call(this, name, listener, options);
};

for (const { prototype } of [ResizeObserver, IntersectionObserver, MutationObserver]) {
  const { observe, disconnect } = prototype;
  prototype.observe = function (...target) {
    note(this, "an observer");
    return observe.apply(this, target);
  };
  prototype.disconnect = function () {
    left.delete(this);
    return disconnect.call(this);
  };
}

for (const kind of ["Timeout", "Interval"]) {
  const [start, stop] = [window[`set${kind}`], window[`clear${kind}`]];
  window[`set${kind}`] = (act, ms, ...more) => {
    const timer = start((...values) => {
      if (kind === "Timeout") left.delete(timer);
      act(...values);
    }, ms, ...more);
    note(timer, `a timer of ${ms} ms`);
    return timer;
  };
  window[`clear${kind}`] = (timer) => {
    left.delete(timer);
    stop(timer);
  };
}

window.AbortController = class extends AbortController {
  constructor() {
    super();
    const [first, second] = callers();
    if (first !== "js/lifetime.js") return;
    began.add(second);
    left.set(this, `a lifetime of ${second}`);
    add.call(this.signal, "abort", () => left.delete(this));
  }
};

window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how);
    sockets.add(this);
  }
};

window.remaining = () => [
  ...left.values(),
  ...[...document.querySelectorAll(".uplot")].map(() => "a chart"),
  ...[...sockets].filter(({ readyState }) => readyState <= WebSocket.OPEN).map(() => "a socket"),
];
"""
"""Knows what scripts have begun and not ended, except what belongs to elements that they made."""

END = """async (script) => {
  const { dispose } = await import(document.querySelector(`script[src$="/${script}"]`).src);
  const before = remaining().length;
  dispose();
  await new Promise(requestAnimationFrame);
  return [before > 10, remaining()];
}"""


@pytest.fixture
def page(browser: Browser, shared: Server) -> Iterator[Page]:
    """A page that counts what is begun on it; nothing may go wrong there."""
    context = browser.new_context(
        base_url=shared.url, locale="en-US", viewport={"width": 1600, "height": 1000}
    )
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.add_init_script(COUNTING)
    yield context.new_page()
    context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def runs(shared: Server) -> list[str]:
    """The ids of two runs that are over."""
    config = shared.get("/api/catalog")["defaults"]
    config["dataset"] |= {"name": "mnist-5k", "train_samples": 600}
    config["fit"] |= {"epochs": 2}
    made = [shared.create(config, name=name) for name in ("One", "Two")]
    wait_for(lambda: {shared.status(run_id) for run_id in made} == {"finished"})
    return made


def in_the_studio(page: Page, runs: list[str]) -> None:
    """Begin with the tour, choose a run, open all that there is of it, and write a digit."""
    # The fake worker has no views; so questions are under way at the end.
    page.route("**/insights/*", lambda route: route.fulfill(status=202, json={}))
    studio.open_studio(page)
    expect(page.locator(".tour")).to_be_visible()
    page.get_by_role("link", name="One", exact=True).click()
    expect(page.locator(".tour")).to_contain_text("Step 2")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=charts] canvas").first).to_be_visible()
    page.get_by_text("Show all", exact=True).click()
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.evaluate("() => new Promise(requestAnimationFrame)")
    studio.write(page, studio.ONE)
    expect(page.locator("#write [data-part=digit]")).to_have_text(re.compile(r"^\d$"))
    page.get_by_text("As a Keras program").click()
    page.get_by_role("button", name="+ Add a layer").click()
    expect(page.get_by_role("searchbox", name="Search the layers")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#build .tip").first.click()


def in_the_list(page: Page, runs: list[str]) -> None:
    """Compare two runs."""
    page.goto("/runs")
    for name in ("One", "Two"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#compare canvas")).to_have_count(2)


def in_the_lessons(page: Page, runs: list[str]) -> None:
    """Open a lesson."""
    page.goto("/lessons/1")
    expect(page.locator("#lesson-title")).to_be_visible()


def among_the_digits(page: Page, runs: list[str]) -> None:
    """Look at a digit and at what augmentation makes of it."""
    page.goto("/data")
    expect(page.get_by_role("link", name="Put it on the pad")).to_be_visible()
    page.locator("[data-part=augment]").scroll_into_view_if_needed()


Visit = Callable[[Page, list[str]], None]

VISITS: dict[str, tuple[Visit, set[str]]] = {
    "js/studio.js": (in_the_studio, {"", "build", "code", "insight", "watch", "write"}),
    "js/runs/runs.js": (in_the_list, {"runs"}),
    "js/lessons/lessons.js": (in_the_lessons, {"lessons"}),
    "js/data/data.js": (among_the_digits, {"data", "tiles"}),
}
"""For the script of each page: a visit, and the folders whose parts are all there after it."""


def folder_of(name: str) -> str:
    """The folder in static/js that a script is in."""
    return name.split("/")[1] if name.count("/") > 1 else ""


def alive() -> set[str]:
    """The scripts that make a lifetime."""
    scripts = {f"js/{path.relative_to(SCRIPTS).as_posix()}": path for path in SCRIPTS.rglob("*.js")}
    return {name for name, path in scripts.items() if "= createLifetime()" in path.read_text()}


def test_every_page_and_every_part_is_visited() -> None:
    templates = "".join(path.read_text() for path in (ROOT / "templates").glob("*.html"))
    scripts = set(re.findall(r"""type="module".+filename='(.+?)'""", templates))
    assert scripts - {"js/shell.js"} == set(VISITS)
    folders = set().union(*(folders for _visit, folders in VISITS.values()))
    assert {folder_of(name) for name in alive()} <= folders


@pytest.mark.parametrize("script", VISITS)
def test_what_a_page_has_begun_ends_with_it(page: Page, runs: list[str], script: str) -> None:
    visit, folders = VISITS[script]
    visit(page, runs)
    wanted = {name for name in alive() if folder_of(name) in folders}

    def missing() -> set[str]:
        return wanted - set(page.evaluate("() => [...began]"))

    with suppress(TimeoutError):
        wait_for(lambda: not missing(), 20)
    assert missing() == set()
    assert page.evaluate(END, script) == [True, []]
