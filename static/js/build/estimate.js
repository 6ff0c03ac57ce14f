// @ts-check
/** How much work a draft is. */
/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../draft.js").Draft} Draft */

/**
 * How many examples are trained with: the first N, less the validation part that Keras cuts off.
 * @param {Catalog} catalog
 * @param {Draft} config
 * @returns {number|null} null where a value is missing or no number
 */
export function trainingSize(catalog, { dataset, fit }) {
  const known = catalog.datasets.find(({ name }) => name === dataset.name);
  const split = fit.validation_split ?? 0;
  const wanted = dataset.train_samples ?? known?.train;
  if (!known || typeof wanted !== "number" || typeof split !== "number") return null;
  return Math.floor(Math.min(wanted, known.train) * (1 - split));
}

/**
 * Weight updates an epoch; the last batch may be smaller.
 * @param {Catalog} catalog
 * @param {Draft} config
 */
export function updatesPerEpoch(catalog, config) {
  const size = trainingSize(catalog, config);
  const batch = config.fit.batch_size;
  if (size === null || typeof batch !== "number" || !(batch >= 1)) return null;
  return Math.ceil(size / batch);
}
