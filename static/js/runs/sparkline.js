// @ts-check
/** A curve as small as a word. The geometry is plain numbers; only `sparkline` knows the page. */
import { svg } from "../dom.js";
import { _ } from "../i18n.js";
import { percent } from "../numbers.js";

/** @typedef {[x: number, y: number]} Point */

const WIDTH = 96;
const HEIGHT = 26;
const MARGIN = 3;
/** A curve flatter than this is drawn flat, not blown up to fill the box. */
const LEAST_SPAN = 0.05;

/**
 * Points from left to right, high values at the top; gaps (null) are left out.
 * @param {(number|null)[]} values
 * @param {{width?: number, height?: number, margin?: number}} [box]
 * @returns {Point[]}
 */
export function points(values, { width = WIDTH, height = HEIGHT, margin = MARGIN } = {}) {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const span = Math.max(high - low, LEAST_SPAN);
  const bottom = Math.min(low, (high + low - span) / 2);
  const step = (width - 2 * margin) / Math.max(1, values.length - 1);
  return values.flatMap((value, i) => {
    if (value === null) return [];
    const y = height - margin - ((value - bottom) / span) * (height - 2 * margin);
    return [/** @type {Point} */ ([round(margin + i * step), round(y)])];
  });
}

const round = (/** @type {number} */ n) => Math.round(n * 100) / 100;

/** @param {Point[]} all */
export const pathOf = (all) => all.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("");

/** @param {(number|null)[]} values accuracies by epoch */
export function sparkline(values) {
  const all = points(values);
  const last = all.at(-1);
  if (!last) return null;
  const known = /** @type {number[]} */ (values.filter((value) => value !== null));
  const label = _("Accuracy by epoch: from %(first)s to %(last)s", {
    first: percent(known[0]),
    last: percent(known.at(-1)),
  });
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    svg("path", { d: pathOf(all) }),
    svg("circle", { cx: last[0], cy: last[1], r: 2.4 }),
  );
}
