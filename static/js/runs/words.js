// @ts-check
/** What the list says of a run. */
import { orDiverged, stateWord } from "../look.js";
import { _, number } from "../i18n.js";
import { duration, NOTHING, spent, waitText } from "../numbers.js";
import { queueWords } from "../waiting.js";
import { lineOf } from "../runline.js";
import { ageOf } from "../runstore.js";

/** @typedef {import("../types.js").Run} Run */

/** @param {Run} run */
export const statusWords = (run) => orDiverged(run, wordsOf(run));

/** @param {Run} run */
function wordsOf(run) {
  const { status, epoch, epochs, attempt } = run;
  if (status === "queued" && attempt) return _("waiting to resume");
  if (status === "starting" && attempt > 1) return _("starting again");
  if (status === "running") return _("training %(n)s/%(m)s", { n: epoch, m: epochs });
  return stateWord(run);
}

/** More about its status, in a sentence; "" where there is none. @param {Run} run */
export function moreWords(run) {
  if (run.error) return run.error.message;
  const waits = run.status === "queued" && run.queue_position;
  return waits ? queueWords({ ...run, attempt: 0 }, ageOf(run)) : "";
}

/** How long it took, or still takes. @param {Run} run */
export function timeWords(run) {
  const took = spent(run);
  if (took !== null) return duration(took);
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
