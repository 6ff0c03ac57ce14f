// @ts-check
/**
 * The ink on the pad, as plain data: strokes in a square of `SIDE` units, whatever the pad's size
 * on the screen. Knows no page.
 */

/** @typedef {[number, number]} Dot x to the right, y downwards, in units of the pad */
/** @typedef {Dot[]} Stroke */

/**
 * @typedef {object} Ink
 * @property {Stroke[]} strokes finished ones, oldest first, then the one being drawn
 * @property {boolean} down whether the pen is on the paper
 * @property {number} version goes up with every change, so that an answer can be matched
 */

export const SIDE = 280;

/** Width of the pen's line, as in the mock; the server draws its own lines from the strokes. */
export const WIDTH = 19;

/** What the server takes. */
export const MOST_STROKES = 200;
export const MOST_DOTS = 20_000;

/** A dot nearer to the last one than this says nothing new. */
const NEAR = 0.7;

/** @returns {Ink} */
export function createInk() {
  return { strokes: [], down: false, version: 0 };
}

/**
 * Put the pen down; false when the pad holds as much as the server takes.
 * @param {Ink} ink
 * @param {number} x
 * @param {number} y
 */
export function putDown(ink, x, y) {
  if (ink.strokes.length >= MOST_STROKES || dots(ink) >= MOST_DOTS) return false;
  ink.strokes.push([[round(x), round(y)]]);
  ink.down = true;
  ink.version += 1;
  return true;
}

/**
 * Move the pen; true when that added ink.
 * @param {Ink} ink
 * @param {number} x
 * @param {number} y
 */
export function moveTo(ink, x, y) {
  const stroke = ink.down ? ink.strokes.at(-1) : undefined;
  const last = stroke?.at(-1);
  if (!stroke || !last || dots(ink) >= MOST_DOTS) return false;
  if (Math.hypot(x - last[0], y - last[1]) < NEAR) return false;
  stroke.push([round(x), round(y)]);
  ink.version += 1;
  return true;
}

/** @param {Ink} ink */
export function lift(ink) {
  ink.down = false;
}

/**
 * Take the last stroke away; false when there was none.
 * @param {Ink} ink
 */
export function undo(ink) {
  if (!ink.strokes.length) return false;
  ink.strokes.pop();
  ink.down = false;
  ink.version += 1;
  return true;
}

/**
 * Take all ink away; false when there was none.
 * @param {Ink} ink
 */
export function clear(ink) {
  if (!ink.strokes.length) return false;
  ink.strokes = [];
  ink.down = false;
  ink.version += 1;
  return true;
}

/** @param {Ink} ink */
export function isEmpty(ink) {
  return ink.strokes.length === 0;
}

/**
 * A copy that later ink does not change, to be sent.
 * @param {Ink} ink
 * @returns {Stroke[]}
 */
export function copy(ink) {
  return ink.strokes.map((stroke) => stroke.slice());
}

/** @param {Ink} ink */
function dots(ink) {
  return ink.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
