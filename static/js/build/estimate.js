// @ts-check
/** How much work a draft is. A time is only shown when a similar run has been timed. */
import { spent } from "../numbers.js";
import { same } from "./compare.js";

/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../types.js").Run} Run */
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

/**
 * Whether epochs of the two take equally long: the rule of webapp/runs/paces.py; tests/similar.json
 * has the cases for both.
 * @param {Draft} one
 * @param {Draft} other
 */
export function isSimilar(one, other) {
  const work = (/** @type {Draft} */ { dataset, layers, compile, fit }) => [
    [dataset.name, dataset.train_samples],
    layers,
    [compile.optimizer.name, compile.loss],
    [fit.batch_size, fit.validation_split],
  ];
  return same(work(one), work(other));
}

/**
 * Seconds, from the newest finished run with the same network, data and batches; else null.
 * @param {Run[]} runs newest first
 * @param {Draft} config
 */
export function secondsLikeBefore(runs, config) {
  const timed = runs.find((run) => secondsAnEpoch(run) && isSimilar(run.config, config));
  if (!timed || typeof config.fit.epochs !== "number") return null;
  return /** @type {number} */ (secondsAnEpoch(timed)) * config.fit.epochs;
}

/** @param {Run} run */
function secondsAnEpoch(run) {
  const { status, epoch, attempt } = run;
  const seconds = spent(run);
  if (status !== "finished" || seconds === null || !epoch || attempt > 1) return null;
  return seconds / epoch;
}
