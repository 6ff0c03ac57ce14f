// @ts-check
/** How layers and their numbers are called. */

import { number } from "../../i18n.js";
import { NOTHING } from "../../numbers.js";

/**
 * A number of any size, short: "0.0312", "-4.21", "1.3e-9".
 * @param {number | null | undefined} value
 */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(1);
  return number(value, { maximumSignificantDigits: 3 });
}

/**
 * "3 · Dense, relu"
 * @param {{number: number, type: string, activation?: string | null}} layer
 */
export function layerName({ number: n, type, activation }) {
  const what = activation && activation !== "linear" && type !== "Activation";
  const kind = type === "Activation" ? String(activation) : what ? `${type}, ${activation}` : type;
  return `${n} · ${kind}`;
}

/** A share of one, to whole or tenths of per cent. @param {number | null | undefined} share */
export function shareOf(share) {
  if (share === null || share === undefined) return NOTHING;
  return number(share, { style: "percent", maximumFractionDigits: share && share < 0.1 ? 1 : 0 });
}
