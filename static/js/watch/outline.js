// @ts-check
/**
 * As much of a long run as pixels can show. Of the epochs that share a slot stay the lowest and the
 * highest of each curve, so that the picture and its range are those of the whole.
 */

/** @typedef {import("./history.js").Epoch} Epoch */

/**
 * @param {Epoch[]} epochs
 * @param {("loss" | "accuracy" | "val_loss" | "val_accuracy")[]} names the curves drawn
 * @param {number} slots
 * @returns {Epoch[]} in order, the last one among them
 */
export function outline(epochs, names, slots) {
  const size = powerOfTwo(epochs.length / slots);
  if (size <= 2 * names.length) return epochs;
  const kept = [];
  for (let start = 0; start < epochs.length; start += size) {
    const end = Math.min(start + size, epochs.length);
    const chosen = new Set(names.flatMap((name) => extremes(epochs, name, start, end)));
    if (end === epochs.length) chosen.add(end - 1);
    kept.push(...[...chosen].sort((a, b) => a - b).map((index) => epochs[index]));
  }
  return kept;
}

/**
 * Where the curve is lowest and highest between two indices, and its first hole.
 * @param {Epoch[]} epochs
 * @param {"loss" | "accuracy" | "val_loss" | "val_accuracy"} name
 * @param {number} start
 * @param {number} end
 */
function extremes(epochs, name, start, end) {
  let low = -1;
  let high = -1;
  let hole = -1;
  for (let index = start; index < end; index += 1) {
    const value = epochs[index][name];
    if (value === null) hole = hole < 0 ? index : hole;
    else if (low < 0 || value < /** @type {number} */ (epochs[low][name])) low = index;
    if (value !== null && (high < 0 || value > /** @type {number} */ (epochs[high][name])))
      high = index;
  }
  return [low, high, hole].filter((index) => index >= 0);
}

/**
 * Every so many-th item, so that at most `slots` stay.
 * @template T
 * @param {T[]} items
 * @param {number} slots
 */
export function sample(items, slots) {
  const step = powerOfTwo(items.length / slots);
  return step === 1 ? items : items.filter((_item, index) => index % step === 0);
}

/**
 * The next power of two: in such steps a picture that grows keeps what it shows for long.
 * @param {number} atLeast
 */
function powerOfTwo(atLeast) {
  let power = 1;
  while (power < atLeast) power *= 2;
  return power;
}
