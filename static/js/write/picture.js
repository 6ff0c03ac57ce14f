// @ts-check
/** An image in the pen's place: checked here, read as the server wants it. */

import { _ } from "../i18n.js";

/** @typedef {{bitmap: ImageBitmap, url: string}} Photo the image to show and to send */
/** @typedef {{pixels: Uint8Array}} Pixels 28 × 28, as in MNIST already */
/** @typedef {Photo | Pixels} Picture */

export const MOST_BYTES = 4_000_000;
export const TYPES = ["image/png", "image/jpeg"];

/**
 * Why this file is not taken, in a sentence; "" when it is.
 * @param {{type: string, size: number}} file
 */
export function refusal(file) {
  if (!TYPES.includes(file.type)) return _("Only PNG and JPEG images can be read.");
  if (file.size > MOST_BYTES) return _("The image is larger than 4 MB.");
  return "";
}

/**
 * The first image among what was dropped or pasted; other files too, so that they are refused
 * with a reason.
 * @param {DataTransfer | null} transfer
 * @returns {File | undefined}
 */
export function fileOf(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => TYPES.includes(file.type)) ?? files[0];
}

/**
 * @param {File} file
 * @returns {Promise<Photo>}
 * @throws {Error} with a sentence for the reader
 */
export async function readPicture(file) {
  const refused = refusal(file);
  if (refused) throw new Error(refused);
  try {
    const [bitmap, url] = await Promise.all([createImageBitmap(file), dataUrl(file)]);
    return { bitmap, url };
  } catch {
    throw new Error(_("The image cannot be read; it may be damaged."));
  }
}

/**
 * @param {File} file
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
