// @ts-check
/**
 * What a run has reported so far, as plain data: one state. events.js changes it, past.js fills it.
 * Knows neither page nor network.
 */

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
 * @property {Point[]} points in order of x, thinned when they grow past `MOST_POINTS` (events.js)
 * @property {number} stride every how many-th point is kept
 * @property {number} skipped points left out since the last one kept
 * @property {number} position epochs done, with the share of the one under way
 * @property {Point | null} now the newest running mean of the epoch under way
 * @property {number[]} ends when the newest epochs were recorded, in ms: as far as they were watched
 * @property {Epoch | null} best highest validation accuracy (training accuracy without validation)
 * @property {number | null} divergedAt the first epoch whose loss was not finite
 * @property {RateChange[]} rateChanges epochs that ended with another learning rate than the one before
 * @property {number | null} requestedRate what people requested since the newest epoch, or before
 * @property {number[]} restarts epochs after which training restarted because its worker had died
 * @property {boolean} isLost the worker has died and the run has not restarted yet
 * @property {{loss: number | null, accuracy: number | null} | null} test
 * @property {number} version goes up by one with each event, so that a view knows it is stale
 */

/** @returns {History} */
export function createHistory() {
  return {
    epochs: [],
    points: [],
    stride: 1,
    skipped: 0,
    position: 0,
    now: null,
    ends: [],
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
 * Seconds an epoch takes: the mean of the last five, or null before the first.
 * @param {History} history
 */
export function secondsAnEpoch(history) {
  const last = history.epochs.slice(-5);
  if (!last.length) return null;
  return last.reduce((sum, epoch) => sum + epoch.seconds, 0) / last.length;
}

/** So many of the newest epochs tell how fast a run is now. */
export const TIMED = 6;

/**
 * Seconds from one epoch's end to the next, all that it takes included: the mean of those watched;
 * null before there are a few.
 * @param {History} history
 */
export function secondsBetween({ ends }) {
  if (ends.length < TIMED / 2) return null;
  return (ends[ends.length - 1] - ends[0]) / (ends.length - 1) / 1000;
}

/**
 * The newest loss and accuracy: of the epoch under way, else of the last whole one.
 * @param {History} history
 * @returns {{loss: number | null, accuracy: number | null}}
 */
export function newest(history) {
  return history.now ?? history.epochs.at(-1) ?? { loss: null, accuracy: null };
}
