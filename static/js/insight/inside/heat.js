// @ts-check
/** Histograms side by side, one for each epoch: the more, the bluer. The arithmetic knows no page. */

import { STEPS } from "./signed.js";

/**
 * RGBA of an image whose columns are epochs and whose rows are bins, the highest on top.
 * @param {number[][]} shares epochs × bins
 * @param {import("./signed.js").Palette} palette
 */
export function heatOf(shares, palette) {
  const [width, height] = [shares.length, shares[0]?.length ?? 0];
  const most = Math.max(...shares.flat(), Number.MIN_VALUE);
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) {
      // The square root lets the rare be seen beside the common.
      const strength = Math.sqrt(shares[x][height - 1 - y] / most);
      const at = 4 * (Math.round(strength * STEPS) + STEPS);
      rgba.set(palette.subarray(at, at + 4), 4 * (y * width + x));
    }
  }
  return { width, height, rgba };
}

/** So little in a bin is not worth a row. */
const TRACE = 0.0005;

/**
 * The bins that any of some histograms uses: the first and the one after the last; all for none.
 * @param {number[][]} shares
 */
export function usedBins(shares) {
  const bins = [...(shares[0] ?? []).keys()];
  const used = bins.filter((bin) => shares.some((row) => row[bin] > TRACE));
  return used.length
    ? { from: used[0], to: used[used.length - 1] + 1 }
    : { from: 0, to: bins.length };
}

/**
 * The edges of the bin in a row, the highest on top.
 * @param {number} row
 * @param {number} bins
 * @param {number} low
 * @param {number} high
 */
export function binAt(row, bins, low, high) {
  const width = (high - low) / bins;
  const from = low + (bins - 1 - row) * width;
  return { from, to: from + width };
}

/**
 * The value below which half of it lies, between the edges of its bin; null: there is nothing.
 * @param {number[]} shares by bin
 * @param {number} low
 * @param {number} high
 */
export function medianOf(shares, low, high) {
  const half = shares.reduce((sum, share) => sum + share, 0) / 2;
  if (!half) return null;
  let below = 0;
  for (let bin = 0; bin < shares.length; bin += 1) {
    if (below + shares[bin] >= half) {
      const width = (high - low) / shares.length;
      return low + width * (bin + (half - below) / shares[bin]);
    }
    below += shares[bin];
  }
  return high;
}
