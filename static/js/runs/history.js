// @ts-check
/** The curves of runs, fetched when they are looked at and kept until the run goes on. */
import { get } from "../api.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").Curve["epochs"]} Epochs columns */

/** More epochs than this say nothing in a curve as small as a word. */
const FEW = 100;

/** @typedef {{seq: number, fetched: Promise<Epochs>, epochs: Epochs | null}} Kept */
/** @type {Map<string, Kept>} by run and detail */
const known = new Map();

/**
 * Every epoch of a run so far.
 * @param {Run} run
 */
export const epochsOf = (run) => fetchOnce(run, "");

/**
 * About a hundred epochs of a run, evenly spread, the newest among them.
 * @param {Run} run
 */
export const fewEpochsOf = (run) => fetchOnce(run, `?most=${FEW}`);

/** Those few epochs if they are here already. @param {string} id */
export const keptEpochs = (id) => known.get(`${id}?most=${FEW}`)?.epochs ?? null;

/**
 * @param {Run} run
 * @param {string} query
 */
function fetchOnce({ id, last_seq: seq }, query) {
  const kept = known.get(id + query);
  if (kept && kept.seq >= seq) return kept.fetched;
  const path = `/api/runs/${encodeURIComponent(id)}/curve${query}`;
  const fetched = get(path).then((answer) => answer.epochs);
  /** @type {Kept} */
  const now = { seq, fetched, epochs: kept?.epochs ?? null };
  known.set(id + query, now);
  fetched.then(
    (epochs) => void (now.epochs = epochs),
    () => known.delete(id + query),
  );
  return fetched;
}
