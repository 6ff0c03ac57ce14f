// @ts-check
/** What a network answered to each test image: which of them to show, in which order. No page. */

/** @typedef {import("../types.js").Tested} Tested */

/**
 * @typedef {object} Item a test image
 * @property {number} index in the test part
 * @property {number} truth
 * @property {number} answer
 * @property {number} confidence
 *
 * @typedef {{truth: number | null, answer: number | null}} Wanted null: any digit
 */

/**
 * The images of a kind, most confident first.
 * @param {Tested} tested
 * @param {(truth: number, answer: number) => boolean} isWanted
 * @returns {Item[]}
 */
export function itemsOf({ truth, answer, confidence }, isWanted) {
  /** @type {Item[]} */
  const items = [];
  truth.forEach((digit, index) => {
    if (!isWanted(digit, answer[index])) return;
    items.push({ index, truth: digit, answer: answer[index], confidence: confidence[index] });
  });
  return items.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
}

/**
 * Whether an image is a mistake of the kind wanted.
 * @param {Wanted} wanted
 */
export const mistakes =
  ({ truth, answer }) =>
  (/** @type {number} */ digit, /** @type {number} */ said) =>
    digit !== said && (truth === null || truth === digit) && (answer === null || answer === said);

/**
 * How many mistakes there are of each true digit and of each answer, each among those that the
 * other choice leaves.
 * @param {Tested} tested
 * @param {Wanted} wanted
 */
export function mistakesBy({ truth, answer }, wanted) {
  const counts = { truth: Array(10).fill(0), answer: Array(10).fill(0) };
  truth.forEach((digit, n) => {
    const said = answer[n];
    if (digit === said) return;
    if (wanted.answer === null || wanted.answer === said) counts.truth[digit] += 1;
    if (wanted.truth === null || wanted.truth === digit) counts.answer[said] += 1;
  });
  return counts;
}
