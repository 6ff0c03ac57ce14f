// @ts-check
/** What each event of a run changes in its history. Knows neither page nor network. */

import { isWaiting } from "../statuses.js";
import { TIMED } from "./history.js";

/** @typedef {import("../types.js").Event} Event */
/** @typedef {import("./history.js").Epoch} Epoch */
/** @typedef {import("./history.js").History} History */

/** More points than pixels say nothing; past this every second one goes. */
export const MOST_POINTS = 2000;

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
  history.ends = [];
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
export function addEpoch(history, event) {
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
  if (event.at) history.ends = [...history.ends, Date.parse(event.at)].slice(-TIMED);
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
export function diverge(history, epoch) {
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
export function noteRestart(history, from) {
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
export function addTest(history, test) {
  history.test = test;
  if (test?.loss === null) diverge(history, Math.floor(history.position) + 1);
}

/** @param {any} event */
function finite(event) {
  return { loss: event.loss ?? null, accuracy: event.accuracy ?? null };
}
