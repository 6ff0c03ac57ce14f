// @ts-check
/** Test images with what the network said of each, as many as there are; one goes to the pad. */

import { get } from "../api.js";
import { createTwin, tableOf } from "../data/twin.js";
import { el, oncePerFrame } from "../dom.js";
import { _, number } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { count, sureness } from "../numbers.js";
import { part, setText } from "../parts.js";
import { bytesOf, imageOf } from "../pixels.js";
import { createGrid } from "../tiles/grid.js";
import { PAGE, createPages } from "../tiles/pages.js";

/** @typedef {import("./tested.js").Item} Item */
/** @typedef {{items: Item[], pixels: Uint8Array}} Page */
/** @typedef {ReturnType<typeof createGallery>} Gallery */

/**
 * @param {import("../watch/run.js").Pad} pad
 */
export function createGallery(pad) {
  const root = el(
    "div",
    { class: "gallery" },
    el(
      "div",
      {
        class: "grid",
        "data-part": "grid",
        tabindex: 0,
        role: "slider",
        "aria-label": _(
          "Test images; use the arrow keys to move and Enter to put an image on the pad",
        ),
        "aria-valuemin": 0,
      },
      el("canvas", { "data-part": "tiles", "aria-hidden": "true" }),
      el("div", { class: "room", "data-part": "room" }),
    ),
    el("p", { class: "where num", "data-part": "where" }),
    el(
      "p",
      { class: "notice", "data-part": "trouble", role: "alert", hidden: true },
      el("span", { "data-part": "problem" }),
      " ",
      el("button", { class: "link", type: "button", "data-part": "again" }, _("Try again")),
    ),
    el("p", { class: "hint", "data-part": "noise", hidden: true }, noiseText()),
  );
  /** @type {Item[]} */
  let items = [];
  let at = 0;
  let key = "";
  let pages = /** @type {import("../tiles/pages.js").Pages<Page> | null} */ (null);
  const lifetime = createLifetime();
  const draw = oncePerFrame(drawNow, lifetime.signal);
  /** @type {import("../tiles/grid.js").Options<Page>} */
  const options = {
    least: 108,
    lines: 2,
    words: (page, place) => wordsOf(page.items[place]),
    onMove(to) {
      at = to;
      draw();
    },
    onPress(to) {
      at = to;
      draw();
      const found = pages?.find(to);
      if (found) pad.put(imageOf(found.page.pixels, found.place).slice());
    },
    describe: (list) => describe(items[list.at], list),
  };
  const grid = lifetime.own(createGrid(root, options));
  lifetime.atEnd(() => pages?.dispose());
  const twin = createTwin(() => tableOfItems(items, at));
  root.append(twin.element);
  part(root, "again").addEventListener("click", () => {
    pages?.retry();
    draw();
  });

  function drawNow() {
    grid.draw({ count: items.length, at, key }, pages);
    part(root, "trouble").hidden = !pages?.problem();
    setText(part(root, "problem"), pages?.problem()?.message ?? "");
    twin.fill();
  }

  return {
    element: root,
    /**
     * @param {import("../types.js").Run} run
     * @param {Item[]} shown
     * @param {string} itsKey another list has another
     */
    show(run, shown, itsKey) {
      if (`${run.id} ${itsKey}` !== key) {
        key = `${run.id} ${itsKey}`;
        [items, at] = [shown, 0];
        pages?.dispose();
        pages = pagesOf(run.id, shown, draw);
        part(root, "noise").hidden = !run.config.dataset.test_noise;
      }
      draw();
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {string} runId
 * @param {Item[]} items
 * @param {() => void} onNews
 */
function pagesOf(runId, items, onNews) {
  const address = `/api/runs/${encodeURIComponent(runId)}/test-digits`;
  return createPages(async (page) => {
    const some = items.slice(page * PAGE, (page + 1) * PAGE);
    const { pixels } = await get(`${address}?indices=${some.map(({ index }) => index).join()}`);
    return /** @type {Page} */ ({ items: some, pixels: bytesOf(pixels) });
  }, onNews);
}

/** @param {Item} item */
function wordsOf({ truth, answer, confidence }) {
  return [_("true %(truth)s · predicted %(answer)s", { truth, answer }), sureness(confidence)];
}

/**
 * @param {Item} item
 * @param {{at: number, count: number}} list
 */
function describe({ truth, answer, confidence, index }, list) {
  return _(
    "No. %(n)s of %(count)s: true %(truth)s, predicted %(answer)s, confidence %(share)s (x_test[%(index)s])",
    {
      n: count(list.at + 1),
      count: count(list.count),
      truth,
      answer,
      share: sureness(confidence),
      index,
    },
  );
}

/**
 * A page of the list, that of the chosen one: thousands of rows would be useless.
 * @param {Item[]} items
 * @param {number} at
 */
function tableOfItems(items, at) {
  const from = Math.floor(at / PAGE) * PAGE;
  const some = items.slice(from, from + PAGE);
  const words = { from: from + 1, to: from + some.length, count: items.length };
  return tableOf(
    _("Test images %(from)s–%(to)s of %(count)s", words),
    [_("Image"), _("True digit"), _("Prediction"), _("Confidence")],
    some.map(({ index, truth, answer, confidence }) => [
      `x_test[${index}]`,
      String(truth),
      String(answer),
      number(confidence, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    ]),
  );
}

function noiseText() {
  return _(
    "These images have noise, as the network saw them. The pad keeps only values from 0 to 255, so the prediction may differ there.",
  );
}
