// @ts-check
/** The epochs of runs, fetched when they are looked at and kept until the run goes on. */
import { get } from "../api.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").EpochEvent} EpochEvent */

const LIMIT = 5000;

/** @type {Map<string, {seq: number, epochs: EpochEvent[]}>} */
const known = new Map();
/** Fetches under way, by run. @type {Map<string, Promise<EpochEvent[]>>} */
const under = new Map();

/**
 * The epochs of a run so far; only what is new is fetched.
 * @param {Run} run
 * @returns {Promise<EpochEvent[]>}
 */
export function epochsOf(run) {
  const kept = known.get(run.id);
  if (kept && (kept.seq >= run.last_seq || kept.epochs.length >= run.epoch))
    return Promise.resolve(kept.epochs);
  const now = under.get(run.id) ?? fetchEpochs(run).finally(() => under.delete(run.id));
  under.set(run.id, now);
  return now;
}

/** Epochs already here, if any. @param {string} id */
export const keptEpochs = (id) => known.get(id)?.epochs ?? [];

/** @param {Run} run */
async function fetchEpochs({ id }) {
  const kept = known.get(id) ?? { seq: 0, epochs: [] };
  known.set(id, kept);
  const path = `/api/runs/${encodeURIComponent(id)}/events?type=epoch&limit=${LIMIT}`;
  for (let more = true; more; ) {
    const { events, last_seq } = await get(`${path}&after=${kept.seq}`);
    kept.epochs.push(...events);
    more = events.length === LIMIT;
    kept.seq = more ? events.at(-1).seq : last_seq;
  }
  return kept.epochs;
}
