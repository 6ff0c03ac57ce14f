// @ts-check
/** Pixels as they come, one byte each, 0 = paper and 255 = ink; and how they are painted. */

import { color } from "./colors.js";

export const SIDE = 28;

/** Bytes of an image. */
export const IMAGE = SIDE * SIDE;

/**
 * @param {string} text base64
 * @returns {Uint8Array}
 */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/**
 * One of many images that lie one after the other.
 * @param {Uint8Array} pixels
 * @param {number} place
 */
export function imageOf(pixels, place) {
  return pixels.subarray(place * IMAGE, (place + 1) * IMAGE);
}

/**
 * Rows as the server takes them.
 * @param {Uint8Array} image
 * @returns {number[][]}
 */
export function rowsOf(image) {
  return Array.from({ length: SIDE }, (_nothing, row) => [
    ...image.subarray(row * SIDE, (row + 1) * SIDE),
  ]);
}

/**
 * Paint images one below the other, in the theme's ink; the canvas takes their size.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} pixels
 * @param {number} [strength] what each value is multiplied by
 */
export function paint(canvas, pixels, strength = 1) {
  canvas.width = SIDE;
  canvas.height = pixels.length / SIDE;
  const ctx = canvas.getContext("2d");
  if (!ctx || !canvas.height) return;
  const image = ctx.createImageData(SIDE, canvas.height);
  const [red, green, blue] = rgbOf(color("--ink"));
  pixels.forEach((value, n) => image.data.set([red, green, blue, value * strength], 4 * n));
  ctx.putImageData(image, 0, 0);
}

/** @param {string} hex such as `#1c2733` */
export const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
