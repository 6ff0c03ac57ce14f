// @ts-check
/** Where the points of a curve as small as a word lie. No DOM. */

/** @typedef {[x: number, y: number]} Point */

export const WIDTH = 96;
export const HEIGHT = 26;
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
