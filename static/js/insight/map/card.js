// @ts-check
/** The image that is pointed at, what it is, and what the network says it is. */

import { get } from "../../api.js";
import { onThemeChange } from "../../colors.js";
import { PAGE, createPages } from "../../tiles/pages.js";
import { _ } from "../../i18n.js";
import { sureness } from "../../numbers.js";
import { part, setText } from "../../parts.js";
import { bytesOf, imageOf, paint } from "../../pixels.js";

/** @typedef {import("../../types.js").Run} Run */
/** @typedef {import("./points.js").MapView} MapView */

/**
 * @param {HTMLElement} panel
 * @param {import("../lazy.js").Pad} pad
 */
export function createCard(panel, pad) {
  const canvas = /** @type {HTMLCanvasElement} */ (part(panel, "map-image"));
  const button = /** @type {HTMLButtonElement} */ (part(panel, "map-take"));
  let dataset = "";
  let pages = pagesOf(dataset, draw);
  let view = /** @type {MapView | null} */ (null);
  let place = -1;

  const image = () => {
    const found = view && place >= 0 ? pages.find(view.index[place]) : null;
    return found && imageOf(found.page, found.place);
  };

  function draw() {
    const pixels = image();
    canvas.classList.toggle("blank", !pixels);
    if (pixels) paint(canvas, pixels);
    button.disabled = !pixels;
  }

  function take() {
    const pixels = image();
    if (pixels) pad.put(pixels);
  }

  button.addEventListener("click", take);
  onThemeChange(draw);
  return {
    /**
     * Show an image, -1: none. Returns what it says of it.
     * @param {Run} run
     * @param {MapView} seen
     * @param {number} now
     */
    show(run, seen, now) {
      if (run.config.dataset.name !== dataset) {
        dataset = run.config.dataset.name;
        pages = pagesOf(dataset, draw);
      }
      [view, place] = [seen, now];
      if (now >= 0) pages.want(seen.index[now], seen.index[now] + 1, seen.of);
      draw();
      const text = now < 0 ? "" : textOf(seen, now);
      setText(part(panel, "map-said"), text || _("Point at a digit to see its image."));
      return text;
    },
    take,
  };
}

/**
 * @param {string} dataset
 * @param {() => void} onNews
 */
function pagesOf(dataset, onNews) {
  const address = `/api/datasets/${encodeURIComponent(dataset)}/digits?part=test&limit=${PAGE}`;
  return createPages(async (number) => {
    const answer = await get(`${address}&offset=${number * PAGE}`);
    return bytesOf(answer.pixels);
  }, onNews);
}

/** @param {MapView} view @param {number} place */
function textOf(view, place) {
  const values = {
    index: view.index[place],
    truth: view.truth[place],
    answer: view.answer[place],
    sure: sureness(view.confidence[place]),
  };
  return values.truth === values.answer
    ? _("Test image %(index)s: a %(truth)s, and the network says so (%(sure)s sure).", values)
    : _(
        "Test image %(index)s: a %(truth)s, but the network says %(answer)s (%(sure)s sure).",
        values,
      );
}
