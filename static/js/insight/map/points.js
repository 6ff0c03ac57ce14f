// @ts-check
/** The points of the map: where they lie, which one is meant. The arithmetic knows no page. */

import { bytesOf } from "../../pixels.js";

/** @typedef {import("../../types.js").MapView} MapView */

/**
 * @typedef {object} Places in pixels of the field
 * @property {Float32Array} x
 * @property {Float32Array} y downwards
 */

/** Little-endian float32 in base64; every machine with a browser is little-endian. @param {string} text */
export const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);

/**
 * Points in a field, one scale for both axes, so that distances stay true.
 * @param {Float32Array} x
 * @param {Float32Array} y upwards
 * @param {{width: number, height: number, margin: number}} field
 * @returns {Places}
 */
export function placesOf(x, y, { width, height, margin }) {
  const [left, right] = rangeOf(x);
  const [low, high] = rangeOf(y);
  const scale = Math.min(
    (width - 2 * margin) / (right - left || 1),
    (height - 2 * margin) / (high - low || 1),
  );
  return {
    x: x.map((value) => width / 2 + (value - (left + right) / 2) * scale),
    y: y.map((value) => height / 2 - (value - (low + high) / 2) * scale),
  };
}

/** @param {Float32Array} values @returns {[number, number]} */
function rangeOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/**
 * Which points are shown, in the order in which they are drawn: wrong ones on top.
 * @param {MapView} view
 * @param {{digits: Set<number>, wrongOnly: boolean}} filter
 */
export function shownOf(view, { digits, wrongOnly }) {
  const places = view.truth.map((_digit, place) => place);
  const shown = places.filter(
    (place) => digits.has(view.truth[place]) && (!wrongOnly || isWrong(view, place)),
  );
  return shown.sort((a, b) => Number(isWrong(view, a)) - Number(isWrong(view, b)));
}

/** @param {MapView} view @param {number} place */
export const isWrong = (view, place) => view.truth[place] !== view.answer[place];

/**
 * The shown point nearest to a spot, at most `within` pixels away; -1: none.
 * @param {Places} places
 * @param {number[]} shown
 * @param {number} x
 * @param {number} y
 * @param {number} within
 */
export function nearest(places, shown, x, y, within) {
  let [found, least] = [-1, within];
  for (const place of shown) {
    const distance = Math.hypot(places.x[place] - x, places.y[place] - y);
    if (distance <= least) [found, least] = [place, distance];
  }
  return found;
}

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * Where a key leads: an arrow to the nearest shown point on that side, Home and End to the first
 * and the last image; null: it is no such key. From nowhere (-1), any of them leads to the first.
 * @param {Places} places
 * @param {number[]} shown
 * @param {number} from
 * @param {string} key
 */
export function stepTo(places, shown, from, key) {
  const way = WAYS[key];
  if ((!way && key !== "Home" && key !== "End") || !shown.length) return null;
  if (key === "End") return Math.max(...shown);
  if (!way || from < 0) return Math.min(...shown);
  let [found, least] = [from, Infinity];
  for (const place of shown) {
    const [dx, dy] = [places.x[place] - places.x[from], places.y[place] - places.y[from]];
    const along = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1] + dy * way[0]);
    // A quarter of the compass belongs to each arrow.
    if (along <= 0 || aside > along) continue;
    const distance = Math.hypot(dx, dy);
    if (distance < least) [found, least] = [place, distance];
  }
  return found;
}

/**
 * For each digit: images, wrong ones, mean purity (null where there are no images).
 * @param {MapView} view
 */
export function byDigit(view) {
  return Array.from({ length: 10 }, (_nothing, digit) => {
    const places = view.truth.flatMap((truth, place) => (truth === digit ? [place] : []));
    const wrong = places.filter((place) => isWrong(view, place)).length;
    return { images: places.length, wrong, purity: mean(places.map((at) => view.purity[at])) };
  });
}

/** @param {number[]} values */
export const mean = (values) =>
  values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;

/**
 * The layer to begin with, whose output the last layer with weights decides by.
 * @param {{type: string}[]} layers of a run; 1 is the first of them, 0 stands for the pixels
 */
export function lastHidden(layers) {
  const weighing = layers.map(({ type }) => type === "Dense" || type === "Conv2D");
  return Math.max(0, weighing.lastIndexOf(true));
}
