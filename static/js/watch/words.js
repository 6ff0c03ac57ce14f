// @ts-check
/** What the page says of a run, in the reader's language. */

import { isOver } from "../statuses.js";
import { isDiverged, orDiverged, stateWord } from "../look.js";
import { _, number } from "../i18n.js";
import { count, duration, spent, waitText } from "../numbers.js";
import { queueWords } from "../waiting.js";
import { secondsBetween } from "./history.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./history.js").History} History */

/**
 * Whether there are curves, or there will be.
 * @param {Run} run
 * @param {History} history
 */
export const hasCurves = (run, history) => !isOver(run) || run.epoch > 0 || history.position > 0;

/**
 * @param {Run} run
 * @param {History} history
 * @param {number} [age] seconds since the run was received
 * @returns {string}
 */
export const statusText = (run, history, age = 0) => orDiverged(run, wordsOf(run, history, age));

/**
 * @param {Run} run
 * @param {History} history
 * @param {number} age
 * @returns {string}
 */
function wordsOf(run, history, age) {
  const done = Math.max(run.epoch, history.epochs.at(-1)?.epoch ?? 0);
  switch (run.status) {
    case "queued":
      return queueWords(run, age);
    case "starting":
      return run.attempt > 1
        ? _("starting again after epoch %(n)s", { n: done })
        : _("starting: TensorFlow is loading");
    case "running": {
      const at = Math.min(done + 1, run.epochs);
      return _("training · epoch %(n)s of %(m)s", { n: at, m: run.epochs });
    }
    case "paused":
      return history.position > done
        ? _("paused in epoch %(n)s of %(m)s", { n: done + 1, m: run.epochs })
        : _("paused after epoch %(n)s of %(m)s", { n: done, m: run.epochs });
    case "finished":
      return run.source === "imported" ? stateWord(run) : finishedText(run, done);
    case "stopped":
      return _("stopped after epoch %(n)s of %(m)s", { n: done, m: run.epochs });
    default:
      return stateWord(run);
  }
}

/**
 * Why a run that had begun waits or starts once more, and that no action is needed.
 * @param {Run} run
 * @param {History} history
 */
export function againText(run, history) {
  if (!history.isLost) return "";
  const n = history.restarts.at(-1) ?? run.epoch;
  return n
    ? _(
        "The training process ended unexpectedly. Training resumes by itself from the checkpoint of epoch %(n)s.",
        {
          n,
        },
      )
    : _("The training process ended unexpectedly. Training restarts by itself.");
}

/**
 * @param {Run} run
 * @param {number} done
 */
function finishedText(run, done) {
  if (done < run.epochs)
    return _("finished early · %(n)s of %(m)s epochs", { n: done, m: run.epochs });
  const seconds = spent(run);
  if (seconds === null) return _("finished");
  return _("finished in %(time)s", { time: duration(seconds) });
}

/**
 * The share done, 0–1: whole epochs and what there is of the next; of a run that diverged, as far as
 * its loss was a number.
 * @param {Run} run
 * @param {History} history
 */
export function shareDone(run, history) {
  if (isDiverged(run) && history.divergedAt !== null) return history.divergedAt / run.epochs;
  if (run.status === "finished") return 1;
  return Math.min(1, Math.max(run.epoch, history.position) / run.epochs);
}

/**
 * How long it still trains, "" when unknown: the server's estimate, which is the mean of this start,
 * counted down, and that of the newest epochs. Where others train beside it these come apart.
 * @param {Run} run
 * @param {History} history
 * @param {number} age seconds since the server said so
 */
export function leftText(run, history, age) {
  if (run.status !== "running" || run.eta_seconds === null) return "";
  const mean = run.eta_seconds - age;
  const each = secondsBetween(history);
  const newest = each === null ? mean : each * Math.max(0, run.epochs - history.position);
  return waitText(Math.max(mean, newest), Math.min(mean, newest));
}

/**
 * What the browser's tab says: "12/20 · 98.1% · Lecture network".
 * @param {Run} run
 * @param {History} history
 */
export function titleText(run, history) {
  const last = history.epochs.at(-1);
  const seen = run.test?.accuracy ?? history.test?.accuracy ?? last?.val_accuracy ?? last?.accuracy;
  const parts = isDiverged(run) ? [_("diverged")] : [];
  if (run.status === "paused") parts.push(_("paused"));
  if (run.status === "running" || run.status === "paused") {
    parts.push(`${count(last?.epoch ?? run.epoch)}/${count(run.epochs)}`);
  } else if (run.status !== "finished") parts.push(wordsOf(run, history, 0));
  if (typeof seen === "number") {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    parts.push(number(seen, { style: "percent", ...digits }));
  }
  return [...parts, run.name, "Inkling"].join(" · ");
}
