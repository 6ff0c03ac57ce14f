"""Parts of a page end: what they listened to on the page, and their charts, go with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.server_process import Server

pytestmark = pytest.mark.browser

COUNTING = """
window.heard = new Map();
const lasting = [undefined, window, document, document.documentElement];
const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (name, listener, options) {
  if (lasting.includes(this)) {
    const one = { name, listener };
    window.heard.set(one, this);
    if (options?.signal) add.call(options.signal, "abort", () => window.heard.delete(one));
  }
  return add.call(this, name, listener, options);
};
EventTarget.prototype.removeEventListener = function (name, listener, options) {
  for (const one of window.heard.keys())
    if (one.name === name && one.listener === listener) window.heard.delete(one);
  return remove.call(this, name, listener, options);
};
window.moduleOf = (name) => {
  const templates = [...document.querySelectorAll("template")];
  const places = [document, ...templates.map(({ content }) => content)];
  const all = places.flatMap((one) => [...one.querySelectorAll("link[rel=modulepreload]")]);
  const named = all.map((one) => one.getAttribute("href"));
  return import(new URL(named.find((href) => href.endsWith(name)), location));
};
"""
"""Knows what listens to the window, the document and its root, which outlive every part."""


@pytest.fixture
def page(browser: Browser, shared: Server) -> Iterator[Page]:
    """A page that counts its listeners."""
    context = browser.new_context(base_url=shared.url, locale="en-US")
    context.add_init_script(COUNTING)
    yield context.new_page()
    context.close()


def test_compare_takes_charts_and_listeners_along(
    page: Page, shared: Server, config: dict[str, Any]
) -> None:
    for name in ("One", "Two"):
        shared.create(config, name=name)
    page.goto("/runs")
    page.wait_for_load_state("networkidle")
    left = page.evaluate(
        """async () => {
          const { createCompare } = await moduleOf("runs/compare.js");
          await (await moduleOf("js/uplot.js")).fetchPlotting(); // listens once, for good
          const { runs } = await (await fetch("/api/runs?limit=2")).json();
          const place = document.body.appendChild(document.createElement("section"));
          const before = heard.size;
          const part = createCompare(place, { onClose() {} });
          part.show(runs);
          while (!place.querySelector("canvas")) await new Promise(requestAnimationFrame);
          const during = heard.size;
          part.dispose();
          return [runs.length, during > before, heard.size - before, place.childElementCount];
        }"""
    )
    assert left == [2, True, 0, 0]


def test_the_projectors_keys_end_with_it(page: Page) -> None:
    page.goto("/lessons")
    page.wait_for_load_state("networkidle")
    left = page.evaluate(
        """async () => {
          const { mountProjector } = await moduleOf("lessons/projector.js");
          const before = heard.size;
          const end = mountProjector(document.body, { state: () => null, go() {}, reveal() {} });
          const during = heard.size;
          end();
          return [during - before, heard.size - before];
        }"""
    )
    assert left == [2, 0]
