// @ts-check
/** What the lessons know: guesses and runs. No DOM here. */

import { isOver } from "../statuses.js";

/** @typedef {import("../types.js").Run} Run */

/** @typedef {import("../types.js").Lesson} Lesson */
/** @typedef {import("../types.js").Guess} Guess */
/** @typedef {import("../types.js").Fact} Fact */
/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {import("../types.js").Lessons} Answer */

/** @typedef {{accuracy: (number|null)[], seconds: number[]}} Course a run, epoch by epoch */

/** @typedef {import("../address.js").Address<typeof import("../addresses.js").LESSONS>} Address */
/** @typedef {ReturnType<Address["get"]>} Place what the address names */

/**
 * @typedef {object} State
 * @property {Answer} answer
 * @property {Place} place
 * @property {string} size
 * @property {Record<string, string[]>} found ids of the runs of each experiment, newest first
 * @property {Record<string, Run[]>} runs the same as the page's store has them now
 * @property {Map<string, Course>} courses by the run's id
 * @property {Map<string, number[]>} answers by the run's id: how often it gave each digit
 * @property {Record<string, number>} guesses by the lesson's number: index of the one chosen
 * @property {Set<number>} early the lessons that are shown before there is a result
 * @property {boolean} revealed on the projector
 * @property {boolean} sending whether runs are being asked for
 */

/** @typedef {{train: number|null, test: number|null, seconds: number|null}} Figures */

/** @param {Run} run */
export const isUnderWay = (run) => !isOver(run);

/** @param {State} state @returns {Lesson|null} */
export const lessonOf = ({ answer, place }) =>
  answer.lessons.find(({ number }) => number === place.number) ?? null;

/** Partner first: it is trained first and stands above. @param {Lesson} lesson */
export const experimentsOf = ({ partner, experiment }) =>
  partner ? [partner, experiment] : [experiment];

/** The run to show: one that is under way, else the newest that finished, else the newest. */
export function shown(/** @type {Run[]} */ runs = []) {
  return (
    runs.find(isUnderWay) ?? runs.find(({ status }) => status === "finished") ?? runs[0] ?? null
  );
}

/** The newest run with figures. @param {Run[]} [runs] */
export const finished = (runs = []) => runs.find(({ status }) => status === "finished") ?? null;

/** The guess of the one who reads; on the projector there is none. @returns {number|undefined} */
export const guessOf = (
  /** @type {State} */ { place, guesses },
  /** @type {Lesson} */ { number },
) => (place.projector ? undefined : guesses[number]);

/** Whether it is a size that this machine has. */
export const hasSize = (/** @type {Answer} */ { sizes }, /** @type {string|null} */ wanted) =>
  sizes.some(({ name, available }) => name === wanted && available);

/** How far one is with a lesson, as the strand shows it. */
export function progressOf(/** @type {State} */ state, /** @type {Lesson} */ lesson) {
  if (String(lesson.number) in state.guesses) return "guessed";
  return finished(state.runs[lesson.experiment]) ? "run" : "";
}

/** Whether every experiment of a lesson has been run to its end here. */
export const hasResult = (/** @type {State} */ { runs }, /** @type {Lesson} */ lesson) =>
  experimentsOf(lesson).every((name) => finished(runs[name]));

/** Whether figures and moral are shown: once it is guessed and run, or at once on request. */
export function isOpen(/** @type {State} */ state, /** @type {Lesson} */ lesson) {
  if (state.place.projector) return state.revealed;
  const { number } = lesson;
  return String(number) in state.guesses && (hasResult(state, lesson) || state.early.has(number));
}

/**
 * Where a key leads on the projector: first the moral, then the next lesson.
 * @param {State} state
 * @param {1|-1} step
 * @returns {{number: number, revealed: boolean}|null} null: there is nothing further
 */
export function turn({ answer, place, revealed }, step) {
  const number = place.number ?? 1;
  if (step > 0 && !revealed) return { number, revealed: true };
  if (step < 0 && revealed) return { number, revealed: false };
  const next = number + step;
  if (next < 1 || next > answer.lessons.length) return null;
  return { number: next, revealed: step < 0 };
}
