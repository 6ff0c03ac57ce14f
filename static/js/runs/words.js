// @ts-check
/** What the list says of a run. */
import { orDiverged, stateWord } from "../look.js";
import { _, number } from "../i18n.js";
import { duration, NOTHING, spent, waitText } from "../numbers.js";
import { placeWords, startWords } from "../waiting.js";
import { lineOf } from "../runline.js";
import { ageOf } from "../runstore.js";

/** @typedef {import("../types.js").Run} Run */

/** @param {Run} run */
export const statusWords = (run) => orDiverged(run, wordsOf(run));

/** @param {Run} run */
function wordsOf(run) {
  const { status, epoch, epochs, attempt } = run;
  if (status === "queued") return placeWords(run);
  if (status === "starting" && attempt > 1) return _("starting again");
  if (status === "running") return _("training %(n)s/%(m)s", { n: epoch, m: epochs });
  return stateWord(run);
}

/** How long it took, how long it still takes, or until it starts. @param {Run} run */
export function timeWords(run) {
  const took = spent(run);
  if (took !== null) return duration(took);
  if (run.status === "queued") return startWords(run, ageOf(run)) || NOTHING;
  return leftWords(run) || NOTHING;
}

/** How long a run still trains, where that is known. @param {Run} run */
function leftWords(run) {
  const { status, eta_seconds: seconds } = run;
  const isKnown = status === "running" && typeof seconds === "number";
  const time = isKnown ? waitText(seconds - ageOf(run)) : "";
  return time && _("%(time)s left", { time });
}

/** Epochs done, of those wanted where these differ. @param {Run} run */
export function epochWords({ source, epoch, epochs }) {
  if (source === "imported" && !epoch) return NOTHING;
  return epoch === epochs ? number(epoch) : `${number(epoch)} / ${number(epochs)}`;
}

/** What it is, in a line. @param {Run} run */
export const summaryOf = ({ config }) => lineOf(config);
