// @ts-check
/** What the lessons know: guesses, runs, figures. No DOM here. */

import { at, within } from "../root.js";
import { isOver } from "../statuses.js";

/** @typedef {import("../types.js").Run} Run */

/** @typedef {import("../types.js").Lesson} Lesson */
/** @typedef {import("../types.js").Guess} Guess */
/** @typedef {import("../types.js").Fact} Fact */
/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {import("../types.js").Lessons} Answer */

/** @typedef {{accuracy: (number|null)[], seconds: number[]}} Course a run, epoch by epoch */

/**
 * What the address names.
 * @typedef {{number: number|null, projector: boolean, size: string|null, lang: string|null}} Place
 *   lang: only where the browser takes no cookie
 */

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

/** @param {string} href @returns {Place} */
export function placeOf(href) {
  const url = new URL(href);
  const number = /^\/lessons\/(\d+)$/.exec(within(url.pathname))?.[1];
  return {
    number: number ? Number(number) : null,
    projector: url.searchParams.has("projector"),
    size: url.searchParams.get("size"),
    lang: url.searchParams.get("lang"),
  };
}

/** @param {Place} place */
export function addressOf({ number, projector, size, lang }) {
  const query = new URLSearchParams();
  if (lang) query.set("lang", lang);
  if (size) query.set("size", size);
  if (projector) query.set("projector", "");
  const search = query.toString().replace(/=(?=&|$)/, "");
  return at(`/lessons${number ? `/${number}` : ""}${search ? `?${search}` : ""}`);
}

/** The size to begin with: the address', else the one kept, else what this machine has. */
export function sizeFor(
  /** @type {Answer} */ { sizes, default_size },
  /** @type {(string|null)[]} */ ...preferred
) {
  const can = (/** @type {string|null} */ name) =>
    sizes.some((size) => size.name === name && size.available);
  return preferred.find(can) ?? default_size;
}

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

/** Experiments of a lesson that have no run. */
export const missing = (/** @type {State} */ { runs }, /** @type {string[]} */ names) =>
  names.filter((name) => !(runs[name] ?? []).some((run) => isUnderWay(run) || finished([run])));

/** Whether there is nothing to start: all is there, and some of it still trains. */
export const mustWait = (/** @type {State} */ state, /** @type {string[]} */ names) =>
  !missing(state, names).length && names.some((name) => (state.runs[name] ?? []).some(isUnderWay));

/** Every experiment, in the order in which to run them: what takes longest last. */
export function everything(/** @type {State} */ { answer, size }) {
  const steps = (/** @type {string} */ name) => {
    const { fit, dataset } = answer.experiments[name].sizes[size].config;
    return (fit.epochs * (dataset.train_samples ?? 1)) / fit.batch_size;
  };
  const names = Object.keys(answer.experiments);
  const most = Math.max(...names.map(steps));
  return [...names.filter((name) => steps(name) < most), ...names.filter((n) => steps(n) === most)];
}

/** A seed that none of these runs had: the first is 1. @param {Run[]} [runs] */
export const nextSeed = (runs = []) =>
  Math.max(0, ...runs.map(({ config }) => config.seed ?? 0)) + 1;

/**
 * The seed for those about to be trained: that of the run they are compared with, so that both
 * begin alike, else one that is new to all of them.
 * @param {State} state
 * @param {string[]} names
 * @param {string[]} known the lesson's others, which are not trained again
 */
export function seedFor({ runs }, names, known = []) {
  const [other] = known.flatMap((name) => shown(runs[name])?.config.seed ?? []);
  const taken = names.some((name) => runs[name]?.some(({ config }) => config.seed === other));
  if (other !== undefined && !taken) return other;
  return Math.max(...names.map((name) => nextSeed(runs[name])));
}

/**
 * The configuration to train.
 * @param {State} state
 * @param {string} name
 * @param {number} seed
 * @returns {import("../types.js").LessonConfig}
 */
export const configFor = ({ answer, size }, name, seed) => ({
  ...answer.experiments[name].sizes[size].config,
  seed,
});

/**
 * The runs of each experiment, as the page's store has them now.
 * @param {State["found"]} found
 * @param {{get(id: string): Run | undefined}} known
 * @returns {State["runs"]}
 */
export const runsOf = (found, known) =>
  Object.fromEntries(
    Object.entries(found).map(([name, ids]) => [name, ids.flatMap((id) => known.get(id) ?? [])]),
  );

/** Whether a run is one of the lessons'. */
export const isOurs = (/** @type {State} */ { found }, /** @type {string} */ id) =>
  Object.values(found).some((ids) => ids.includes(id));

/** Whether a run that is not known may belong to a lesson: by its images and its weights. */
export function mayBeOurs(/** @type {State} */ { answer, size }, /** @type {Run} */ run) {
  const dataset = answer.sizes.find(({ name }) => name === size)?.dataset;
  return (
    run.config.dataset.name === dataset &&
    Object.values(answer.experiments).some(({ params }) => params === run.params)
  );
}

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

/** The guess of the one who reads; on the projector there is none. @returns {number|undefined} */
export const guessOf = (
  /** @type {State} */ { place, guesses },
  /** @type {Lesson} */ { number },
) => (place.projector ? undefined : guesses[number]);

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
