// @ts-check
/** The curves of runs, fetched when they are looked at and kept until the run goes on. */
import { untilAnswered } from "../again.js";
import { get } from "../api.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").Curve["epochs"]} Epochs columns */

/** More epochs than this say nothing in a curve as small as a word. */
const FEW = "?most=100";

/** @typedef {{seq: number, fetched: Promise<Epochs>, epochs: Epochs | null}} Kept */
/** @type {Map<string, Kept>} by run and detail */
const known = new Map();

/**
 * Every epoch of a run so far.
 * @param {Run} run
 */
export const epochsOf = (run) => fetchOnce(run, "");

/** As many of them as are here already. @param {Run} run */
export const epochsHere = ({ id }) => known.get(id)?.epochs ?? null;

/**
 * About a hundred epochs of a run, evenly spread, the newest among them.
 * @param {Run} run
 */
export const fewEpochsOf = (run) => fetchOnce(run, FEW);

/** Those few epochs if they are here already. @param {string} id */
export const keptEpochs = (id) => known.get(id + FEW)?.epochs ?? null;

/** The run is deleted. @param {string} id */
export function forget(id) {
  known.delete(id);
  known.delete(id + FEW);
}

/**
 * Asked until it is answered, or asked anew for a run that went on; then the promise rejects.
 * @param {Run} run
 * @param {string} query
 */
function fetchOnce({ id, last_seq: seq }, query) {
  const key = id + query;
  const kept = known.get(key);
  if (kept && kept.seq >= seq) return kept.fetched;
  const path = `/api/runs/${encodeURIComponent(id)}/curve${query}`;
  const isWanted = () => known.get(key)?.fetched === fetched;
  /** @type {Promise<Epochs>} */
  const fetched = untilAnswered(() => get(path), { isWanted }).then(({ epochs }) => epochs);
  /** @type {Kept} */
  const now = { seq, fetched, epochs: kept?.epochs ?? null };
  known.set(key, now);
  fetched.then(
    (epochs) => void (now.epochs = epochs),
    () => isWanted() && forget(id),
  );
  return fetched;
}
