// @ts-check
/** What the lessons say of runs and figures. */
import { _, currentLanguage, ngettext, number } from "../i18n.js";
import { orDiverged, stateWord } from "../look.js";
import { percent, waitText } from "../numbers.js";
import { ageOf } from "../runstore.js";
import { queueWords } from "../waiting.js";
import { ANY, outcome } from "./results.js";
import { missing } from "./training.js";
import { experimentsOf, guessOf, isUnderWay } from "./state.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Lesson} Lesson */

/**
 * What goes on with a run, in a line.
 * @param {Run} run
 * @param {boolean} [open] whether the figures may be shown
 */
export const progressWords = (run, open = true) => orDiverged(run, wordsOf(run, open));

/** @param {Run} run @param {boolean} open */
function wordsOf(run, open) {
  const { status, epoch, epochs } = run;
  if (status === "queued") return queueWords(run, ageOf(run));
  if (status === "starting" || status === "paused") return stateWord(run);
  if (status === "running")
    return [_("epoch %(n)s of %(m)s", { n: epoch, m: epochs }), leftOf(run)]
      .filter(Boolean)
      .join(" · ");
  if (status === "failed") return run.error?.message ?? stateWord(run);
  if (status === "stopped") return _("stopped after epoch %(n)s", { n: epoch });
  if (!open || run.diverged) return _("already run");
  return _("test accuracy %(share)s", { share: percent(run.test?.accuracy) });
}

/** @param {Run} run */
function leftOf({ eta_seconds: seconds }) {
  const time = typeof seconds === "number" ? waitText(seconds) : "";
  return time && _("%(time)s left", { time });
}

/** The button that trains what a lesson needs. @param {State} state @param {Lesson} lesson */
export function runWords(state, lesson) {
  const names = experimentsOf(lesson);
  const still = missing(state, names);
  if (!still.length) return _("Run again");
  return still.length < 2 ? _("Run it") : _("Run both");
}

/** How many are about to be trained, and what that means. */
export function runHelp(/** @type {State} */ state, /** @type {Lesson} */ lesson) {
  const names = experimentsOf(lesson);
  const still = missing(state, names);
  if (!still.length) return _("Trains again with different random weights.");
  const known = names.filter((name) => !still.includes(name));
  if (known.length) return _("The run to compare with already exists and is not trained again.");
  return ngettext(
    "Trains %(n)s network on the server.",
    "Trains %(n)s networks on the server, one after the other.",
    still.length,
  );
}

/** Why figures and moral are still closed. @param {State} state @param {Lesson} lesson */
export function veilWords(state, lesson) {
  if (!(lesson.number in state.guesses))
    return _(
      "Guess first; then you see the figures of the lecture and of this program, and the conclusion.",
    );
  const trains = experimentsOf(lesson).some((name) => state.runs[name]?.some(isUnderWay));
  return trains
    ? _("The figures and the conclusion appear when training ends.")
    : _("Now train it: the figures and the conclusion appear with the result.");
}

/** An accuracy, or how many times as long, or a difference in per cent points. */
export function valueWords(/** @type {Lesson} */ { measure }, /** @type {number} */ value) {
  if (measure === "test") return percent(value);
  if (measure === "slower")
    return _("%(n)s times", { n: number(value, { maximumSignificantDigits: 2 }) });
  const points = number(100 * value, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
  return _("%(n)s percentage points", { n: points });
}

/**
 * Whether the guess was right, and what came out.
 * @param {Lesson} lesson
 * @param {NonNullable<ReturnType<import("./results.js").outcome>>} found
 * @param {number|undefined} guess undefined: there was no guess, as on the projector
 */
export function verdictWords(lesson, found, guess) {
  const came = { value: valueWords(lesson, found.value), answer: found.right.text };
  const what = {
    runs: _("Result here: %(answer)s (%(value)s).", came),
    record: _("Our measurement: %(answer)s (%(value)s).", came),
    lecture: _("In the lecture: %(answer)s (%(value)s).", came),
  }[found.from];
  if (guess === undefined) return what;
  const right = lesson.guesses[guess] === found.right;
  const judged = right ? _("You guessed right.") : _("You guessed differently.");
  return [judged, what].join(currentLanguage().startsWith("zh") ? "" : " ");
}

/** What came out, where that is known. @param {State} state @param {Lesson} lesson */
export function outcomeWords(state, lesson) {
  const found = outcome(state, lesson);
  return found ? verdictWords(lesson, found, guessOf(state, lesson)) : "";
}

/** @param {ReturnType<import("./results.js").stuckOn>} digit */
export function stuckWords(digit) {
  if (digit === null) return "";
  if (digit === ANY) return _("It predicts the same digit for every image.");
  return _("It predicts %(digit)s for every image.", { digit });
}
