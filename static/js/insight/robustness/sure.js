// @ts-check
/** "I don't know": a network that answers only where it is sure enough. The arithmetic alone. */

/** @typedef {import("../../types.js").Tested} Tested */

/** Steps of the slider. */
export const STEPS = 300;

/**
 * The threshold at a place of the axis, 0–1. A network is sure of most digits, so the axis is
 * stretched where it matters: 0, 0.9, 0.99 and 0.999 are as far from each other.
 * @param {number} place
 */
export const thresholdAt = (place) => 1 - 10 ** (-3 * place);

/** The place of a threshold; the other way round. @param {number} threshold below 1 */
export const placeOf = (threshold) => -Math.log10(1 - threshold) / 3;

/** Thresholds under the axis and in the table. */
export const TICKS = [0, 0.5, 0.9, 0.99, 0.999];
export const ROWS = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/**
 * Of all images, the share that is answered, its confidence being at least the threshold, and of
 * those the share that is right; null where none is answered.
 * @param {Tested} tested
 * @param {number} threshold
 */
export function answeredAt({ truth, answer, confidence }, threshold) {
  let [answered, right] = [0, 0];
  confidence.forEach((value, n) => {
    if (value < threshold) return;
    answered += 1;
    right += Number(truth[n] === answer[n]);
  });
  return {
    answered: answered / (confidence.length || 1),
    right: answered ? right / answered : null,
  };
}

/**
 * Both shares along the axis.
 * @param {Tested} tested
 * @param {number} [steps]
 */
export function curvesOf(tested, steps = 120) {
  const places = Array.from({ length: steps + 1 }, (_nothing, n) => n / steps);
  const shares = places.map((place) => answeredAt(tested, thresholdAt(place)));
  return {
    places,
    answered: shares.map(({ answered }) => answered),
    right: shares.map(({ right }) => right),
  };
}
