// @ts-check
/**
 * What a run looks like, in every list: the mark by which pills and bars get their colour and their
 * sign, and the word for it. A run whose loss is no longer a finite number says that first. No DOM.
 */
import { _ } from "./i18n.js";
import { WAITING } from "./statuses.js";

/** @typedef {import("./types.js").Run} Run */
/** @typedef {Pick<Run, "diverged" | "status"> & Partial<Pick<Run, "source">>} Seen */

/** Statuses that say enough: it failed, or begins anew. */
const APART = new Set([...WAITING, "failed"]);

/** Whether that is what there is to say of it. @param {Pick<Run, "diverged" | "status">} run */
export const isDiverged = ({ diverged, status }) => diverged && !APART.has(status);

/** What its status is; a model that came in as a file did not finish anything. @param {Seen} run */
const stateOf = ({ status, source }) =>
  status === "finished" && source === "imported" ? "imported" : status;

/** What `data-status` of a pill or a bar is. @param {Seen} run */
export const lookOf = (run) => (isDiverged(run) ? "diverged" : stateOf(run));

/** The word for its status. @param {Seen} run */
export const stateWord = (run) => wordOf(stateOf(run));

/** @param {ReturnType<typeof lookOf>} look */
const wordOf = (look) =>
  ({
    diverged: _("diverged"),
    imported: _("imported"),
    queued: _("queued"),
    starting: _("starting"),
    running: _("training"),
    paused: _("paused"),
    finished: _("finished"),
    stopped: _("stopped"),
    failed: _("failed"),
  })[look];

/**
 * Words of its status, or its name, with the word for it.
 * @param {Seen} run
 * @param {string} words
 */
export const orDiverged = (run, words) =>
  isDiverged(run) ? `${wordOf("diverged")} · ${words}` : words;

/**
 * Its name where there is room for nothing else; a finished run needs no word.
 * @param {Seen & Pick<Run, "name">} run
 */
export const nameWithLook = (run) =>
  lookOf(run) === "finished" ? run.name : `${wordOf(lookOf(run))} · ${run.name}`;
