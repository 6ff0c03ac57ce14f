// @ts-check
/** What came out of the experiments: in our runs, as recorded, in the lecture. No DOM here. */

import { finished, shown } from "./state.js";

/** @typedef {import("./state.js").Figures} Figures */
/** @typedef {import("./state.js").Guess} Guess */
/** @typedef {import("./state.js").Lesson} Lesson */
/** @typedef {import("./state.js").State} State */

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;

/** @param {number[]} values */
const mean = (values) =>
  values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;

/** What the newest finished run of an experiment reached. @returns {Figures|null} */
export function ours(/** @type {State} */ { runs, courses }, /** @type {string} */ name) {
  const run = finished(runs[name]);
  if (!run) return null;
  const seconds = courses.get(run.id)?.seconds ?? [];
  return {
    train: run.latest?.accuracy ?? null,
    test: run.test?.accuracy ?? null,
    seconds: median(seconds),
  };
}

/** What was measured for the docs, as means over the seeds. @returns {Figures|null} */
export function recorded(/** @type {State} */ state, /** @type {string} */ name) {
  const rows = rowsOf(state, name);
  if (!rows.length) return null;
  return {
    train: mean(rows.map((row) => row.train)),
    test: mean(rows.map((row) => row.test)),
    seconds: median(rows.map((row) => row.epoch_seconds)),
  };
}

/** @param {State} state @param {string} name */
export const rowsOf = ({ answer, size }, name) => answer.experiments[name].sizes[size].measured;

/**
 * What the guess was about, of one source: runs, record or lecture.
 * @param {Lesson} lesson
 * @param {(name: string) => Partial<Figures>|null} figuresOf
 * @returns {number|null} null: not known
 */
export function value({ measure, experiment, partner }, figuresOf) {
  const own = figuresOf(experiment);
  const other = partner ? figuresOf(partner) : null;
  if (measure === "test") return own?.test ?? null;
  if (measure === "gain") return minus(own?.test, other?.test);
  return own?.seconds && other?.seconds ? own.seconds / other.seconds : null;
}

/** @param {number|null} [a] @param {number|null} [b] */
const minus = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : null);

/**
 * What came out: in our runs, else as recorded, else in the lecture.
 * @param {State} state
 * @param {Lesson} lesson
 * @returns {{from: "runs"|"record"|"lecture", value: number, right: Guess}|null}
 */
export function outcome(state, lesson) {
  /** @type {["runs"|"record"|"lecture", (name: string) => Partial<Figures>|null][]} */
  const sources = [
    ["runs", (name) => ours(state, name)],
    ["record", (name) => recorded(state, name)],
    ["lecture", (name) => state.answer.experiments[name].lecture],
  ];
  for (const [from, figuresOf] of sources) {
    const found = value(lesson, figuresOf);
    const right = lesson.guesses.find(
      ({ low, high }) => found !== null && low <= found && found < high,
    );
    if (found !== null && right) return { from, value: found, right };
  }
  return null;
}

/** The accuracy on the training images by epoch: of our run, else as recorded. */
export function courseOf(/** @type {State} */ state, /** @type {string} */ name) {
  const run = shown(state.runs[name]);
  const course = run && state.courses.get(run.id);
  if (course?.accuracy.length) return course.accuracy;
  const rows = rowsOf(state, name);
  return (rows[0]?.accuracies ?? []).map((_first, at) =>
    mean(rows.flatMap((row) => row.accuracies[at] ?? [])),
  );
}

/** How often each digit was the answer. @param {number[][]} confusion row: the true digit */
export const answersOf = (confusion) =>
  confusion[0].map((_count, digit) => confusion.reduce((sum, row) => sum + row[digit], 0));

/**
 * The one digit that a network gives to nearly every image, if there is one.
 * @param {number[]} answers
 */
export function onlyAnswer(answers) {
  const all = answers.reduce((sum, count) => sum + count, 0);
  const digit = answers.findIndex((count) => count > 0.99 * all);
  return digit < 0 ? null : digit;
}

/**
 * The one digit that an experiment's network gives to nearly every image, in our run, else in each
 * of those recorded; ANY where it is not always the same.
 * @returns {number|typeof ANY|null} null: it gives several
 */
export function stuckOn(/** @type {State} */ state, /** @type {string} */ name) {
  const run = finished(state.runs[name]);
  if (run) return onlyAnswer(state.answers.get(run.id) ?? []);
  const digits = rowsOf(state, name).map((row) => onlyAnswer(row.answers));
  if (!digits.length || digits.includes(null)) return null;
  return digits.every((digit) => digit === digits[0]) ? digits[0] : ANY;
}

export const ANY = "any";
