// @ts-check
/**
 * From a run's history to what a chart draws: columns, and ranges that show the curves.
 * In a column null is a hole to be seen (a value that was not finite) and undefined only means
 * "no value of this series at this x": the line goes on.
 */

/** @typedef {import("./history.js").History} History */
/** @typedef {"loss" | "accuracy"} Metric */

import { outline, sample } from "./outline.js";
/** @typedef {(number | null | undefined)[]} Column */

/**
 * @typedef {object} Columns
 * @property {number[]} x epochs done, ascending
 * @property {Column} batch running means within epochs
 * @property {Column} train whole epochs
 * @property {Column} val whole epochs, on the validation part
 */

/**
 * @param {History} history
 * @param {Metric} metric
 * @param {number} [width] of the chart in pixels: no more than it can show
 * @returns {Columns}
 */
export function columns(history, metric, width = Infinity) {
  const points = sample(history.points, width);
  const epochs = outline(history.epochs, [metric, `val_${metric}`], width / 2);
  /** @type {Columns} */
  const out = { x: [], batch: [], train: [], val: [] };
  let p = 0;
  for (const epoch of epochs) {
    while (p < points.length && points[p].x < epoch.epoch) pushPoint(out, points[p++], metric);
    // The running mean at an epoch's end is the epoch's own value.
    while (p < points.length && points[p].x === epoch.epoch) p += 1;
    out.x.push(epoch.epoch);
    out.batch.push(undefined);
    out.train.push(epoch[metric]);
    out.val.push(validation(epoch, metric));
  }
  while (p < points.length) pushPoint(out, points[p++], metric);
  return out;
}

/**
 * @param {import("./history.js").Epoch} epoch
 * @param {Metric} metric
 */
function validation(epoch, metric) {
  const value = metric === "loss" ? epoch.val_loss : epoch.val_accuracy;
  // Without validation there is nothing to show, not a hole.
  return value === null && !epoch.diverged ? undefined : value;
}

/**
 * @param {Columns} out
 * @param {import("./history.js").Point} point
 * @param {Metric} metric
 */
function pushPoint(out, point, metric) {
  out.x.push(point.x);
  out.batch.push(point[metric] ?? undefined);
  out.train.push(undefined);
  out.val.push(undefined);
}

/**
 * How far the x axis reaches: all planned epochs when they are few or the end is near; otherwise
 * somewhat further than the run has come, in steps, so that the axis rests between them.
 * @param {number} position epochs done
 * @param {number} planned
 * @param {boolean} over whether no epoch follows
 */
export function reach(position, planned, over) {
  if (over) return Math.max(1, Math.ceil(position));
  if (planned <= 100) return Math.max(1, planned);
  let to = 50;
  while (to < position * 1.1) to *= 2;
  return Math.min(to, planned);
}

/**
 * The range of the y axis. Whole epochs decide, so that the first batches (a loss of 2.3) do not
 * press the curves flat; before the second epoch the batches do.
 * @param {Columns} data
 * @param {Metric} metric
 * @param {boolean} [log] a logarithmic axis
 * @returns {[number, number]}
 */
export function range(data, metric, log = false) {
  let values = numbers(data.train).concat(numbers(data.val));
  if (data.train.filter((value) => value !== undefined).length < 2 || !values.length) {
    values = values.concat(numbers(data.batch));
  }
  if (metric === "accuracy") return accuracyRange(values);
  return log ? logRange(values) : lossRange(values);
}

/**
 * @param {Column} column
 * @returns {number[]}
 */
function numbers(column) {
  return /** @type {number[]} */ (column.filter((value) => typeof value === "number"));
}

/**
 * @param {number[]} values
 * @returns {[number, number]}
 */
function accuracyRange(values) {
  const low = values.reduce((a, b) => Math.min(a, b), 1);
  if (low < 0.5 || !values.length) return [0, 1];
  if (low >= 0.98) return [0.98, 1];
  return [Math.max(0, Math.floor(low * 20 - 0.2) / 20), 1];
}

/**
 * @param {number[]} values
 * @returns {[number, number]}
 */
function lossRange(values) {
  const top = values.reduce((a, b) => Math.max(a, b), 0);
  return [0, top > 0 ? niceAbove(top * 1.04) : 1];
}

/**
 * @param {number[]} values
 * @returns {[number, number]}
 */
function logRange(values) {
  const positive = values.filter((value) => value > 0);
  if (!positive.length) return [0.1, 1];
  const low = positive.reduce((a, b) => Math.min(a, b), Infinity);
  const high = positive.reduce((a, b) => Math.max(a, b), 0);
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high * 1.001))];
}

/**
 * The next number from 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten.
 * @param {number} value above 0
 */
export function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((n) => n * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(2));
}

/**
 * The whole epoch nearest to x, as an index into `history.epochs`, or -1 when there is none.
 * @param {History} history
 * @param {number} x epochs done
 */
export function nearestEpoch(history, x) {
  const { epochs } = history;
  if (!epochs.length) return -1;
  // Epochs count up by one, so the index follows from the first.
  const index = Math.round(x) - epochs[0].epoch;
  return Math.min(Math.max(index, 0), epochs.length - 1);
}
