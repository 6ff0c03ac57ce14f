// @ts-check
/** What the lessons ask the server: the runs of their experiments, and how these went. No DOM. */
import { untilAnswered } from "../again.js";
import { ApiError, get, post } from "../api.js";
import { atMostEvery } from "../dom.js";
import { createLifetime } from "../lifetime.js";
import { answersOf } from "./results.js";
import { configFor, seedFor } from "./training.js";
import * as states from "./state.js";

/** @typedef {import("../types.js").Run} Run */

/** A network with so low a test accuracy may give one answer to everything. */
const LOW = 0.2;

/**
 * @param {states.State} state
 * @param {import("../runstore.js").RunStore} runs
 * @param {object} page
 * @param {() => boolean} page.isMine whether only the reader's own runs count
 * @param {(trouble: string|null) => void} page.onTrouble why a question is asked again; null: answered
 * @param {() => void} page.onChange the state has changed
 */
export function createAsking(state, runs, { isMine, onTrouble, onChange }) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  /** Counts the questions for runs: only the last is asked until it is answered. */
  let asked = 0;
  /** What was asked of a run already, by its id. @type {Map<string, string>} */
  const fetched = new Map();
  const onFault = (/** @type {Error} */ error) => onTrouble(error.message);

  /** @param {() => Promise<void>} act */
  async function guarded(act) {
    try {
      await act();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      onFault(error);
    }
  }

  /** The newest runs of each experiment; also what others on this server have trained. */
  async function fetchRuns() {
    const mine = ++asked;
    const path = `/api/lessons/runs?size=${state.size}${isMine() ? "&mine=1" : ""}`;
    const isWanted = () => mine === asked && !signal.aborted;
    const how = { isWanted, onFault, signal };
    const answer = await untilAnswered(() => get(path), how).catch((error) => {
      if (isWanted()) throw error;
    });
    if (!isWanted()) return;
    const found = /** @type {[string, Run[]][]} */ (Object.entries(answer.runs));
    state.found = Object.fromEntries(found.map(([name, of]) => [name, of.map(({ id }) => id)]));
    for (const run of found.flatMap(([, of]) => of)) runs.learn(run);
    onTrouble(null);
    await fetchCourses();
  }

  /** The epochs of the lesson's runs, and what they answer: of each again only when it has more. */
  async function fetchCourses() {
    const lesson = states.lessonOf(state);
    const known = (lesson ? states.experimentsOf(lesson) : []).map((name) => state.runs[name]);
    const wanted = known.flatMap((of) =>
      [states.shown(of) ?? [], states.finished(of) ?? []].flat(),
    );
    await Promise.all([...new Set(wanted)].map(fetchCourse));
  }

  /** @param {Run} run */
  async function fetchCourse(run) {
    const mark = `${run.status} ${run.epoch}`;
    if (!run.epoch || fetched.get(run.id) === mark) return;
    fetched.set(run.id, mark);
    const isWanted = () => fetched.get(run.id) === mark && !runs.isDeleted(run.id);
    try {
      await untilAnswered(() => askCourse(run), { isWanted, signal });
    } catch (error) {
      if (isWanted()) throw error;
    }
    onChange();
  }

  /** @param {Run} run */
  async function askCourse({ id, status, test }) {
    const path = `/api/runs/${encodeURIComponent(id)}`;
    const { epochs } = await get(`${path}/curve?most=400`);
    state.courses.set(id, { accuracy: epochs.accuracy, seconds: epochs.seconds });
    if (status !== "finished" || (test?.accuracy ?? 1) > LOW) return;
    const { confusion } = await get(`${path}/evaluation`);
    state.answers.set(id, answersOf(confusion));
  }

  return {
    runs: () => guarded(fetchRuns),
    courses: () => guarded(fetchCourses),
    /** The same when something has changed, not too often. */
    runsSoon: atMostEvery(3000, () => void guarded(fetchRuns), lifetime),
    coursesSoon: atMostEvery(1000, () => void guarded(fetchCourses), lifetime),

    /**
     * Train these experiments, one after the other. Throws ApiError.
     * @param {string[]} names
     * @param {string[]} known the lesson's others, which are not trained again
     */
    async train(names, known) {
      const seed = seedFor(state, names, known);
      for (const name of names) {
        const run = await post("/api/runs", configFor(state, name, seed));
        state.found = { ...state.found, [name]: [run.id, ...(state.found[name] ?? [])] };
        runs.learn(run);
      }
    },

    dispose: lifetime.dispose,
  };
}
