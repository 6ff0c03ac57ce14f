// @ts-check
/**
 * An image in the pen's place: decoded and made smaller here, so that every kind that the browser
 * knows can be sent, however large.
 */

import { _ } from "../i18n.js";

/** @typedef {{bitmap: HTMLCanvasElement, url: string}} Photo the image to show and to send */
/** @typedef {{pixels: Uint8Array}} Pixels 28 × 28, as in MNIST already */
/** @typedef {Photo | Pixels} Picture */

/** What the server takes as it is: bytes, pixels a side. */
export const MOST_BYTES = 4_000_000;
export const MOST_SIDE = 4096;

/** Pixels a side of what is sent otherwise: twice what the server looks at. */
export const SENT_SIDE = 1024;

/** A PNG of noise may be larger than this; a JPEG of that side is not. */
const MOST_PNG_BYTES = 3_000_000;

/** How the kinds that the server reads begin. */
const BEGINNINGS = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
];

/**
 * Whether the server reads the file as it is: then nothing is lost of its 16 bits a pixel.
 * @param {Blob} file
 * @param {{width: number, height: number}} size in pixels
 */
export async function goesAsItIs(file, { width, height }) {
  if (file.size > MOST_BYTES || Math.max(width, height) > MOST_SIDE) return false;
  const first = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return BEGINNINGS.some((beginning) => beginning.every((byte, n) => byte === first[n]));
}

/**
 * Sides of the picture to be sent, not larger than SENT_SIDE.
 * @param {{width: number, height: number}} size in pixels
 */
export function sentSize({ width, height }) {
  const scale = Math.min(1, SENT_SIDE / Math.max(width, height));
  const side = (/** @type {number} */ one) => Math.max(1, Math.round(one * scale));
  return { width: side(width), height: side(height) };
}

/**
 * @param {File} file
 * @returns {Promise<Photo>}
 * @throws {Error} with a sentence for the reader
 */
export async function readPicture(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new Error(
      _("This browser cannot read the file as an image: it may be damaged, or not an image."),
    );
  });
  const asItIs = await goesAsItIs(file, bitmap);
  const canvas = smaller(bitmap);
  bitmap.close(); // A large photograph takes hundreds of megabytes.
  return { bitmap: canvas, url: await dataUrl(asItIs ? file : await encoded(canvas)) };
}

/** The picture on a canvas, no larger than it is sent. @param {ImageBitmap} bitmap */
function smaller(bitmap) {
  const canvas = document.createElement("canvas");
  const { width, height } = Object.assign(canvas, sentSize(bitmap));
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
async function encoded(canvas) {
  const png = await blobOf(canvas, "image/png");
  return png.size > MOST_PNG_BYTES ? blobOf(canvas, "image/jpeg") : png;
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
function blobOf(canvas, type) {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(type))), type, 0.9),
  );
}

/**
 * @param {Blob} file
 * @returns {Promise<string>}
 */
function dataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
