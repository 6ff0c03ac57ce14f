// @ts-check
/** Whether two configurations are the same, and which preset a draft is. */

/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../draft.js").Draft} Draft */

/**
 * Equal as JSON: the order of keys says nothing; a missing key equals null.
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
export function same(a, b) {
  if (a === b || (a ?? null) === (b ?? null)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

/**
 * The preset that the draft still is, whatever its name, seed and epochs; null: the reader's own.
 * @param {Catalog} catalog
 * @param {Draft} config
 */
export function presetOf(catalog, config) {
  const bare = ({ name, seed, fit, ...rest } = config) => ({ ...rest, fit: { ...fit, epochs: 0 } });
  return catalog.presets.find((preset) => same(bare(preset.config), bare(config))) ?? null;
}
