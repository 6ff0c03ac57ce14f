// @ts-check
/** The runs that this page knows, in one store: every part of the page reads them here. No DOM. */
import { _ } from "./i18n.js";

/** @typedef {import("./types.js").Run} Run */

/**
 * @typedef {object} Listener
 * @property {(run: Run, before: Run | undefined) => void} [onRun] a run is new or has changed
 * @property {(run: Run | undefined, id: string) => void} [onDeleted] it is deleted; undefined: it was
 *   never received
 * @property {() => void} [onSynced] the server has sent its newest runs, after each connection
 */

/** @typedef {ReturnType<typeof createRunStore>} RunStore */

/** What every part says that lets go of a run. */
export const deletedWords = () => _("This run was deleted.");

/** When each summary was received, in milliseconds since 1970. @type {WeakMap<Run, number>} */
const received = new WeakMap();

/** Seconds since a summary was received: its times have gone on. @param {Run} run */
export const ageOf = (run) => (Date.now() - (received.get(run) ?? Date.now())) / 1000;

/** @returns a store of runs by id; a run that was deleted does not come back */
export function createRunStore() {
  /** @type {Map<string, Run>} */
  const runs = new Map();
  /** @type {Set<string>} */
  const deleted = new Set();
  /** @type {Set<Listener>} */
  const listeners = new Set();

  /** @param {Run} run */
  function put(run) {
    if (deleted.has(run.id)) return;
    received.set(run, Date.now());
    const before = runs.get(run.id);
    runs.set(run.id, run);
    for (const { onRun } of [...listeners]) onRun?.(run, before);
  }

  return {
    /** @param {string | null} id @returns {Run | undefined} */
    get: (id) => (id === null ? undefined : runs.get(id)),

    /** Newest first. */
    all: () => [...runs.values()].sort((a, b) => b.created_at.localeCompare(a.created_at)),

    /** @param {string} id */
    isDeleted: (id) => deleted.has(id),

    /** Take in what the server pushed. */
    receive: put,

    /** Take in an answer; what was pushed meanwhile is newer. @param {Run} run */
    learn(run) {
      if (run.last_seq >= (runs.get(run.id)?.last_seq ?? 0)) put(run);
    },

    /** @param {string} id */
    remove(id) {
      if (deleted.has(id)) return;
      deleted.add(id);
      const run = runs.get(id);
      runs.delete(id);
      for (const { onDeleted } of [...listeners]) onDeleted?.(run, id);
    },

    /** The server's newest runs are here. */
    synced() {
      for (const { onSynced } of [...listeners]) onSynced?.();
    },

    /** Listen to every change. Returns what ends it. @param {Listener} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * Which of the runs known before are deleted, as far as the newest runs of the server show it.
 * @param {Run[]} known
 * @param {Run[]} newest all runs of the server down to the last of these
 * @param {boolean} isAll whether there are no others
 * @returns {{deleted: Run[], unclear: Run[]}} unclear: older ones, of which it does not show
 */
export function compare(known, newest, isAll) {
  const ids = new Set(newest.map(({ id }) => id));
  const last = newest.at(-1)?.created_at ?? "";
  const missing = known.filter(({ id }) => !ids.has(id));
  const isShown = (/** @type {Run} */ run) => isAll || run.created_at > last;
  return {
    deleted: missing.filter(isShown),
    unclear: missing.filter((run) => !isShown(run)),
  };
}

/**
 * Runs that came while the server was asked for its newest ones, which do not have them: they are
 * newer than its answer, or were deleted before it.
 * @param {Run[]} known before
 * @param {Run[]} newest the answer
 * @param {Run[]} now known
 */
export function cameMeanwhile(known, newest, now) {
  const ids = new Set([...known, ...newest].map(({ id }) => id));
  return now.filter(({ id }) => !ids.has(id));
}
