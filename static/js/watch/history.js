// @ts-check
/**
 * What a run has reported so far, as plain data: one state, and free functions that apply events.
 * Knows neither page nor network.
 */

import { isWaiting } from "../statuses.js";

/** @typedef {import("../types.js").Curve} Curve */
/** @typedef {import("../types.js").Event} Event */
/** @typedef {import("../types.js").Run} Run */

/**
 * One whole epoch. Metrics are null where the value was not finite or there is no validation.
 * @typedef {object} Epoch
 * @property {number} epoch 1, 2, 3 …
 * @property {number | null} loss
 * @property {number | null} accuracy 0–1
 * @property {number | null} val_loss
 * @property {number | null} val_accuracy 0–1
 * @property {number} learning_rate
 * @property {number} seconds training time without validation
 * @property {boolean} diverged
 */

/**
 * A running mean within an epoch.
 * @typedef {object} Point
 * @property {number} x epochs done when it was taken: 2.5 is half-way through the third
 * @property {number | null} loss
 * @property {number | null} accuracy 0–1
 */

/** @typedef {{epoch: number, from: number, to: number}} RateChange */

/**
 * @typedef {object} History
 * @property {Epoch[]} epochs in order; epochs[0] is epoch 1 unless events are still to come
 * @property {Point[]} points in order of x, thinned when they grow past `MOST_POINTS`
 * @property {number} stride every how many-th point is kept
 * @property {number} skipped points left out since the last one kept
 * @property {number} position epochs done, with the share of the one under way
 * @property {Point | null} now the newest running mean of the epoch under way
 * @property {Epoch | null} best highest validation accuracy (training accuracy without validation)
 * @property {number | null} divergedAt the first epoch whose loss was not finite
 * @property {RateChange[]} rateChanges epochs that ended with another learning rate than the one before
 * @property {number | null} requestedRate what people requested since the newest epoch, or before
 * @property {number[]} restarts epochs after which training restarted because its worker had died
 * @property {boolean} isLost the worker has died and the run has not restarted yet
 * @property {{loss: number | null, accuracy: number | null} | null} test
 * @property {number} version goes up by one with each event, so that a view knows it is stale
 */

/** More points than pixels say nothing; past this every second one goes. */
export const MOST_POINTS = 2000;

/** @returns {History} */
export function createHistory() {
  return {
    epochs: [],
    points: [],
    stride: 1,
    skipped: 0,
    position: 0,
    now: null,
    best: null,
    divergedAt: null,
    rateChanges: [],
    requestedRate: null,
    restarts: [],
    isLost: false,
    test: null,
    version: 0,
  };
}

/**
 * The history in a run's curve; `applyEvent` continues from there.
 * @param {Curve} curve
 */
export function historyOf(curve) {
  const history = createHistory();
  const { epochs, batches } = curve;
  const diverged = new Set(curve.diverged);
  for (let n = 0; n < epochs.epoch.length; n += 1) {
    addEpoch(history, {
      epoch: epochs.epoch[n],
      loss: epochs.loss[n],
      accuracy: epochs.accuracy[n],
      val_loss: epochs.val_loss[n],
      val_accuracy: epochs.val_accuracy[n],
      learning_rate: epochs.learning_rate[n],
      seconds: epochs.seconds[n],
      diverged: diverged.has(epochs.epoch[n]),
    });
  }
  history.points = batches.x.map((x, n) => ({
    x,
    loss: batches.loss[n],
    accuracy: batches.accuracy[n],
  }));
  history.stride = curve.batch_stride;
  history.requestedRate = curve.learning_rate;
  for (const { epoch } of curve.restarts) noteRestart(history, epoch);
  history.isLost = isLost(curve);
  history.version = 1;
  goOn(history);
  addTest(history, curve.run.test);
  return history;
}

/** Whether a lost worker is the newest event, except for the next one's start. @param {Curve} curve */
function isLost({ run, restarts }) {
  return isWaiting(run) && (restarts.at(-1)?.seq ?? -1) >= run.last_seq - 1;
}

/** Where the epoch under way stands, if one is. @param {History} history */
function goOn(history) {
  const last = history.points.at(-1);
  if (!last || last.x <= history.position) return;
  history.now = last;
  history.position = last.x;
  if (last.loss === null) diverge(history, Math.ceil(last.x));
}

/**
 * Take the run's next event.
 * @param {History} history
 * @param {Event} event
 */
export function applyEvent(history, event) {
  history.version += 1;
  if (event.type === "batch") addBatch(history, event);
  else if (event.type === "epoch") addEpoch(history, event);
  else if (event.type === "evaluation") addTest(history, finite(event));
  else if (event.type === "status") addStatus(history, event);
}

/**
 * A run that waits or starts with a message has lost its worker, or a checkpoint. Without one it
 * goes on at the very batch: it was paused, extended, or given back by a server that ended.
 * @param {History} history
 * @param {any} event
 */
function addStatus(history, event) {
  const { status, message, from_epoch: from } = event;
  const waits = isWaiting(event);
  if (waits || status === "running") history.test = null; // More epochs make it another model.
  if (waits && message) goBack(history, from);
  history.isLost = waits && (history.isLost || Boolean(message));
}

/**
 * @param {History} history
 * @param {any} event
 */
function addBatch(history, event) {
  const x = event.epoch - 1 + event.step / event.steps;
  if (x <= history.position) forgetFrom(history, x);
  const point = { x, loss: event.loss ?? null, accuracy: event.accuracy ?? null };
  history.now = point;
  history.position = x;
  if (point.loss === null) diverge(history, event.epoch);
  history.skipped += 1;
  if (history.skipped < history.stride) return;
  history.skipped = 0;
  history.points.push(point);
  if (history.points.length > MOST_POINTS) thin(history);
}

/** @param {History} history */
function thin(history) {
  history.points = history.points.filter((_point, index) => index % 2 === 1);
  history.stride *= 2;
}

/**
 * @param {History} history
 * @param {any} event
 */
function addEpoch(history, event) {
  /** @type {Epoch} */
  const epoch = {
    epoch: event.epoch,
    loss: event.loss ?? null,
    accuracy: event.accuracy ?? null,
    val_loss: event.val_loss ?? null,
    val_accuracy: event.val_accuracy ?? null,
    learning_rate: event.learning_rate,
    seconds: event.seconds,
    diverged: Boolean(event.diverged),
  };
  noteRate(history, history.epochs.at(-1), epoch);
  history.epochs.push(epoch);
  history.requestedRate = null;
  history.now = null;
  history.position = epoch.epoch;
  if (epoch.diverged || epoch.loss === null) diverge(history, epoch.epoch);
  else if (score(epoch) > score(history.best)) history.best = epoch;
}

/**
 * @param {History} history
 * @param {number} epoch
 */
function diverge(history, epoch) {
  history.divergedAt ??= epoch;
}

/**
 * What makes an epoch the best: validation accuracy, or training accuracy without validation. One
 * that diverged is never the best.
 * @param {Epoch | null} epoch
 */
function score(epoch) {
  return epoch ? (epoch.val_accuracy ?? epoch.accuracy ?? -1) : -1;
}

/** Curves hold learning rates to six digits. */
const SAME_RATE = 1e-5;

/**
 * @param {History} history
 * @param {Epoch | undefined} before
 * @param {Epoch} epoch
 */
function noteRate({ rateChanges }, before, epoch) {
  if (!before) return;
  const [from, to] = [before.learning_rate, epoch.learning_rate];
  if (Math.abs(to - from) > SAME_RATE * from) rateChanges.push({ epoch: epoch.epoch, from, to });
}

/**
 * Batches from `x` on are trained again: their points are dropped.
 * @param {History} history
 * @param {number} x
 */
function forgetFrom(history, x) {
  history.points = history.points.filter((point) => point.x < x);
}

/** @param {History} history @param {number} from the epoch after which training began again */
function noteRestart(history, from) {
  history.restarts = [...history.restarts.filter((epoch) => epoch < from), from];
}

/**
 * Training restarts after epoch `from`: points of later batches are dropped.
 * @param {History} history
 * @param {number} from
 */
function goBack(history, from) {
  history.points = history.points.filter((point) => point.x <= from);
  noteRestart(history, from);
  history.now = null;
  history.position = Math.max(from, history.epochs.at(-1)?.epoch ?? 0);
  const lost = history.divergedAt !== null && history.divergedAt > history.position;
  if (lost) history.divergedAt = null;
}

/**
 * A run that stops at once where it diverges may show it by its test alone.
 * @param {History} history
 * @param {History["test"]} test
 */
function addTest(history, test) {
  history.test = test;
  if (test?.loss === null) diverge(history, Math.floor(history.position) + 1);
}

/** @param {any} event */
function finite(event) {
  return { loss: event.loss ?? null, accuracy: event.accuracy ?? null };
}

/**
 * Seconds an epoch takes: the mean of the last five, or null before the first.
 * @param {History} history
 */
export function secondsAnEpoch(history) {
  const last = history.epochs.slice(-5);
  if (!last.length) return null;
  return last.reduce((sum, epoch) => sum + epoch.seconds, 0) / last.length;
}

/**
 * The newest loss and accuracy: of the epoch under way, else of the last whole one.
 * @param {History} history
 * @returns {{loss: number | null, accuracy: number | null}}
 */
export function newest(history) {
  return history.now ?? history.epochs.at(-1) ?? { loss: null, accuracy: null };
}
