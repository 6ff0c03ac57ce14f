// @ts-check
/** What the Data page shows; the address follows, so that a digit can be linked. */

import { at } from "../root.js";

/** @typedef {import("../types.js").Dataset} Dataset */

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

/** @param {string} href @returns {Looking} */
export function readAddress(href) {
  const query = new URL(href).searchParams;
  const label = query.get("label");
  return {
    datasets: [],
    dataset: query.get("dataset") ?? "",
    part: query.get("part") === "test" ? "test" : "train",
    label: /^\d$/.test(label ?? "") ? Number(label) : null,
    at: /^\d{1,8}$/.test(query.get("at") ?? "") ? Number(query.get("at")) : 0,
    digit: null,
    statistics: null,
    titles: new Map(),
    downloads: new Map(),
    problem: "",
  };
}

/**
 * The address of what is shown; other parameters stay.
 * @param {Pick<Looking, "dataset"|"part"|"label"|"at">} state
 * @param {string} href
 */
export function addressOf({ dataset, part, label, at }, href) {
  const url = new URL(href);
  const values = { dataset, part, label: label === null ? "" : String(label), at: String(at) };
  for (const [name, value] of Object.entries(values)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.pathname + url.search;
}

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
