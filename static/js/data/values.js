// @ts-check
/** The values of all pixels: their histogram, and what dividing by 255 makes of them. */

import { svg } from "../dom.js";
import { _, number } from "../i18n.js";
import { count } from "../numbers.js";
import { part, setText } from "../parts.js";
import { shownOf } from "./state.js";
import { createTwin, tableOf } from "./twin.js";

/** @typedef {import("./state.js").Statistics} Statistics */
/** @typedef {import("./state.js").OfPixels} OfPixels */

const MOST = 255;

/** @param {HTMLElement} root */
export function createValues(root) {
  let shown = /** @type {Statistics | null} */ (null);
  const twin = createTwin(() => tableOfBins(shown?.pixels.histogram ?? []));
  part(root, "histogram-note").after(twin.element);

  return {
    /** @param {import("./state.js").Looking} state */
    draw(state) {
      const statistics = shownOf(state);
      if (!statistics || statistics === shown) return;
      shown = statistics;
      const { pixels } = statistics;
      part(root, "ranges").replaceChildren(tableOfRanges(pixels));
      part(root, "histogram", SVGElement).replaceChildren(...bars(pixels.histogram));
      const zero = number(pixels.zero, { style: "percent", maximumFractionDigits: 1 });
      setText(
        part(root, "histogram-note"),
        _("%(zero)s of all pixels are 0 (background). The bars show the others.", { zero }),
      );
      twin.fill();
    },
    dispose() {}, // It holds nothing but elements.
  };
}

/** @param {OfPixels} pixels */
function tableOfRanges({ min, max, mean, std }) {
  const rows = /** @type {[string, number, number][]} */ ([
    [_("Smallest"), min, 0],
    [_("Mean"), mean, 1],
    [_("Standard deviation"), std, 1],
    [_("Largest"), max, 0],
  ]);
  return tableOf(
    _("Pixels before and after scaling"),
    [_("Pixels"), _("As stored"), _("Divided by 255")],
    rows.map(([name, value, decimals]) => [
      name,
      number(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
      number(value / MOST, { minimumFractionDigits: 0, maximumFractionDigits: 4 }),
    ]),
  );
}

/** @param {number[]} histogram */
function bars(histogram) {
  const most = Math.max(...histogram, 1);
  const width = 320 / histogram.length;
  return histogram.map((n, bin) => {
    const height = (n / most) * 120;
    return svg("rect", { x: bin * width + 1, y: 120 - height, width: width - 2, height, rx: 1.5 });
  });
}

/** @param {number} bin @param {number} bins */
function rangeOf(bin, bins) {
  const width = (MOST + 1) / bins;
  return `${Math.max(1, bin * width)}–${(bin + 1) * width - 1}`;
}

/** @param {number[]} histogram */
function tableOfBins(histogram) {
  const rows = histogram.map((n, bin) => [rangeOf(bin, histogram.length), count(n)]);
  return tableOf(_("How many pixels have which value"), [_("Value"), _("Pixels")], rows);
}
