// @ts-check
/** A small chart of shares, 0–100 %, over anything; drawn as SVG, its texts are HTML. */

import { el, svg } from "../../dom.js";
import { number } from "../../i18n.js";

/** Units of the drawing; it is as wide as its place. */
export const WIDTH = 320;
const HEIGHT = 150;
const LEFT = 40;
const RIGHT = 22;
const TOP = 8;
const BOTTOM = 8;

/**
 * @typedef {object} Line
 * @property {string} kind its class: what it is drawn like
 * @property {number[]} x in 0–1, from left to right
 * @property {(number | null)[]} y shares of 1; null leaves a gap
 * @property {boolean} [dots]
 */

/** Where a place of the axis, 0–1, lies in the drawing. @param {number} at */
export const across = (at) => LEFT + at * (WIDTH - LEFT - RIGHT);

/** Where a share lies. @param {number} share */
const upward = (share) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);

/** The place of the axis, 0–1, under a spot of an element as wide as the drawing. @param {number} share */
export const placeUnder = (share) => (share * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);

/**
 * @param {string} label what it shows, for who cannot see it
 * @param {Line[]} lines
 * @param {{reference?: number | null, marker?: number}} [more] a share to compare with; the place
 *   of a vertical line, 0–1
 */
export function curveOf(label, lines, { reference = null, marker } = {}) {
  return svg(
    "svg",
    { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    [0, 0.5, 1].map(gridLine),
    reference === null ? null : acrossAt("reference", reference),
    lines.map((line) => svg("path", { class: `line ${line.kind}`, d: pathOf(line) })),
    lines.filter(({ dots }) => dots).map(dotsOf),
    marker === undefined ? null : markerAt(marker),
  );
}

/** @param {Line} line */
export function pathOf({ x, y }) {
  let pen = "M";
  return x
    .map((at, n) => {
      const share = y[n];
      if (share === null) {
        pen = "M";
        return "";
      }
      const step = `${pen}${across(at).toFixed(1)} ${upward(share).toFixed(1)}`;
      pen = "L";
      return step;
    })
    .join("");
}

/** @param {Line} line */
function dotsOf({ kind, x, y }) {
  return svg(
    "g",
    { class: `dots ${kind}` },
    x.map((at, n) => {
      const share = y[n];
      return share !== null && svg("circle", { cx: across(at), cy: upward(share), r: 2.5 });
    }),
  );
}

/** @param {number} share */
function gridLine(share) {
  const text = { class: "tick", x: LEFT - 6, y: upward(share) + 3.5, "text-anchor": "end" };
  const name = number(share, { style: "percent" });
  return svg("g", { "aria-hidden": "true" }, acrossAt("grid", share), svg("text", text, name));
}

/** @param {string} kind @param {number} share */
const acrossAt = (kind, share) =>
  svg("line", { class: kind, x1: LEFT, x2: WIDTH - RIGHT, y1: upward(share), y2: upward(share) });

/** @param {number} place */
export const markerAt = (place) =>
  svg("line", {
    class: "mark",
    x1: across(place),
    x2: across(place),
    y1: TOP,
    y2: HEIGHT - BOTTOM,
  });

/**
 * What stands below the axis: each thing under its place.
 * @param {{at: number, things: import("../../dom.js").Child[]}[]} marks
 */
export function axisOf(marks) {
  return el(
    "div",
    { class: "axis num" },
    marks.map(({ at, things }) => {
      const mark = el("span", {}, ...things);
      mark.style.left = `${(100 * across(at)) / WIDTH}%`;
      return mark;
    }),
  );
}
