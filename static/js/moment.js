// @ts-check
/** Which weights of a run its tabs look at. Knows no page. */

import { isOver } from "./statuses.js";
import { _ } from "./i18n.js";

/** @typedef {"newest" | "best" | number} Epoch the newest weights, the best epoch's, or one's own */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./watch/watch.js").Watching} Watching */

/**
 * Whether a trained model can be had: an epoch was completed, it came in as a file, or it was
 * stopped within its first epoch and tested.
 * @param {Run} run
 */
export const hasWeights = ({ epoch, source, test }) =>
  epoch > 0 || source === "imported" || Boolean(test);

/**
 * Whether a trained model can be had; its events may show that before its summary does.
 * @param {Run} run
 * @param {import("./watch/history.js").History} history
 */
export const hasModel = (run, history) => hasWeights(run) || history.epochs.length > 0;

/**
 * As a parameter of the address.
 * @param {Epoch} epoch
 * @returns {{epoch?: string | number}}
 */
export const chosenEpoch = (epoch) => (epoch === "newest" ? {} : { epoch });

/**
 * What changes when the weights do: those of one epoch stay as they are.
 * @param {Run} run
 * @param {Epoch} epoch
 */
export function momentOf(run, epoch) {
  if (epoch === "newest") return `${run.attempt} ${run.epoch} ${isOver(run)}`;
  return epoch === "best" ? `best ${run.best?.epoch}` : `${epoch}`;
}

/**
 * The sentence with the epoch that it is about; a model from outside has none.
 * @param {Run} run
 * @param {number} epoch
 * @param {string} text
 */
export const afterEpoch = (run, epoch, text) =>
  run.source === "imported" ? text : _("After epoch %(n)s: %(text)s", { n: epoch, text });

/**
 * The epoch that a tab of the test may show. While the run trains, the test digits are kept back
 * until the reader asks for them.
 * @param {Watching} state
 * @returns {Epoch | null} null: none yet
 */
export function testedEpoch({ run, history, epoch, tested }) {
  if (!run) return null;
  if (!isOver(run)) return tested;
  return hasModel(run, history) ? epoch : null;
}

/**
 * The epoch that could be tested now on request, or null: it is over, has none yet, or that one is
 * shown already. The newest is taken among those that stay until the test is done.
 * @param {Watching} state
 */
export function testableEpoch({ run, epoch, tested, kept }) {
  if (!run || isOver(run)) return null;
  const found = kept.findLast((one) =>
    epoch === "newest" ? one.lasting : epoch === "best" ? one.best : one.epoch === epoch,
  );
  return found && found.epoch > 0 && found.epoch !== tested ? found.epoch : null;
}
