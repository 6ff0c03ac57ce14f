// @ts-check
/** What lists and pills say of a run whose loss is no longer a finite number. No DOM. */
import { _ } from "./i18n.js";
import { WAITING } from "./statuses.js";

/** @typedef {import("./types.js").Run} Run */

/** Statuses that say enough: it failed, or begins anew. */
const APART = new Set([...WAITING, "failed"]);

/** Whether that is what there is to say of it. @param {Pick<Run, "diverged" | "status">} run */
export const isDiverged = ({ diverged, status }) => diverged && !APART.has(status);

/**
 * The status by which a pill or a bar gets its colour.
 * @param {Pick<Run, "diverged" | "status">} run
 */
export const shownStatus = (run) => (isDiverged(run) ? "diverged" : run.status);

/**
 * Words of its status, or its name, with the word for it.
 * @param {Pick<Run, "diverged" | "status">} run
 * @param {string} words
 */
export const orDiverged = (run, words) => (isDiverged(run) ? `${_("diverged")} · ${words}` : words);
