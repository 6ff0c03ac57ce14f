// @ts-check
/** The image that is pointed at, what it is, and what the network says it is. */

import { get } from "../../api.js";
import { onThemeChange } from "../../colors.js";
import { PAGE, createPages } from "../../tiles/pages.js";
import { _ } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { sureness } from "../../numbers.js";
import { part, setText } from "../../parts.js";
import { bytesOf, imageOf, paint } from "../../pixels.js";

/** @typedef {import("../../types.js").Run} Run */
/** @typedef {import("./points.js").MapView} MapView */

/**
 * @param {HTMLElement} panel
 * @param {import("../../watch/run.js").Pad} pad
 */
export function createCard(panel, pad) {
  const canvas = part(panel, "map-image", HTMLCanvasElement);
  const button = part(panel, "map-take", HTMLButtonElement);
  let pages = pagesOf("", [], draw);
  /** Whose images the pages hold. */
  let key = "";
  let place = -1;

  const image = () => {
    const found = place < 0 ? null : pages.find(place);
    return found && imageOf(found.page, found.place).slice();
  };

  function draw() {
    const pixels = image();
    canvas.classList.toggle("blank", !pixels);
    if (pixels) paint(canvas, pixels);
    button.disabled = !pixels;
    const problem = pages.problem();
    if (problem) setText(part(panel, "map-said"), problem.message);
  }

  function take() {
    const pixels = image();
    if (pixels) pad.put(pixels);
  }

  const lifetime = createLifetime();
  const { signal } = lifetime;
  button.addEventListener("click", take, { signal });
  onThemeChange(draw, signal);
  lifetime.atEnd(() => pages.dispose());
  return {
    /**
     * Show an image, -1: none. Returns what it says of it.
     * @param {Run} run
     * @param {MapView} seen
     * @param {number} now
     */
    show(run, seen, now) {
      if (key !== `${run.id} ${seen.index.length}`) {
        key = `${run.id} ${seen.index.length}`;
        pages.dispose();
        pages = pagesOf(run.id, seen.index, draw);
      }
      place = now;
      if (pages.problem()) pages.retry();
      if (now >= 0) pages.want(now, now + 1, seen.index.length);
      draw();
      const text = now < 0 ? "" : textOf(seen, now);
      setText(part(panel, "map-said"), text || _("Point at a digit to see its image."));
      return text;
    },
    take,
    dispose: lifetime.dispose,
  };
}

/**
 * @param {string} runId
 * @param {number[]} index of the images in the test part
 * @param {() => void} onNews
 */
function pagesOf(runId, index, onNews) {
  const address = `/api/runs/${encodeURIComponent(runId)}/test-digits`;
  return createPages(async (page) => {
    const some = index.slice(page * PAGE, (page + 1) * PAGE);
    const { pixels } = await get(`${address}?indices=${some.join()}`);
    return bytesOf(pixels);
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
    ? _("Test image %(index)s: a %(truth)s, predicted correctly (confidence %(sure)s).", values)
    : _(
        "Test image %(index)s: a %(truth)s, predicted as %(answer)s (confidence %(sure)s).",
        values,
      );
}
