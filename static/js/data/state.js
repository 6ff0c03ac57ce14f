// @ts-check
/** What the Data page shows. */

import { at } from "../root.js";

/** @typedef {import("../types.js").Dataset} Dataset */
/** @typedef {import("../address.js").Address<typeof import("../addresses.js").DATA>} Address */
/** @typedef {ReturnType<Address["get"]>} Named */

/** @typedef {import("../types.js").DigitStatistics} OfDigit */
/** @typedef {import("../types.js").PixelStatistics} OfPixels */
/** @typedef {import("../types.js").PartStatistics} Statistics */

/**
 * @typedef {"train" | "test"} Part
 *
 * @typedef {object} Page some digits, one after the other
 * @property {number[]} indices in the whole part
 * @property {number[]} labels
 * @property {Uint8Array} pixels
 *
 * @typedef {object} Digit
 * @property {number} index in the whole part
 * @property {number} label
 * @property {Uint8Array} image
 *
 * @typedef {object} Looking
 * @property {Dataset[]} datasets
 * @property {string} dataset
 * @property {Part} part
 * @property {number|null} label only this digit; null: all
 * @property {number} at which of those is chosen, from 0
 * @property {Digit|null} digit the chosen one, once it is here
 * @property {Record<Part, Statistics>|null} statistics
 * @property {Map<string, string>} titles of layers, by type
 * @property {Map<string, import("../download.js").Progress>} downloads
 * @property {string} problem a sentence, or ""
 */

/** @param {Named} named what the address names @returns {Looking} */
export const createState = (named) => ({
  ...named,
  datasets: [],
  digit: null,
  statistics: null,
  titles: new Map(),
  downloads: new Map(),
  problem: "",
});

/** The statistics of the part that is shown. @param {Looking} state @returns {Statistics|null} */
export const shownOf = ({ statistics, part }) => statistics?.[part] ?? null;

/** How many digits there are to browse. @param {Looking} state */
export function countOf(state) {
  const statistics = shownOf(state);
  if (!statistics) return 0;
  return state.label === null ? statistics.count : statistics.digits[state.label].count;
}

/** The address of the Studio with a digit on its pad. @param {Looking} state @param {Digit} digit */
export const padAddress = ({ dataset, part }, digit) =>
  at(`/?digit=${encodeURIComponent(`${dataset}/${part}/${digit.index}`)}`);
