// @ts-check
/** A run's history so far, from its curve. Knows neither page nor network. */

import { isWaiting } from "../statuses.js";
import { addEpoch, addTest, diverge, noteRestart } from "./events.js";
import { createHistory } from "./history.js";

/** @typedef {import("../types.js").Curve} Curve */
/** @typedef {import("./history.js").History} History */

/**
 * The history in a run's curve; `applyEvent` (events.js) continues from there.
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
