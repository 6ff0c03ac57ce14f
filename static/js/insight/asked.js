// @ts-check
/** A view of what a network has learned, asked for until it is there. */

import { untilAnswered } from "../again.js";
import { getWhenReady } from "../api.js";

/**
 * @typedef {object} Asked
 * @property {any} answer the view; while a newer one of the same run is computed, the one before;
 *   null: none yet
 * @property {string} problem why there is none, a sentence, or ""
 * @property {boolean} fresh whether the answer is of what was wanted last
 */

/**
 * @param {() => void} render called when something has arrived
 */
export function createAsked(render) {
  /** @type {Asked} */
  const state = { answer: null, problem: "", fresh: false };
  let runId = "";
  let key = "";
  let under = new AbortController();

  /** @param {string} address */
  async function ask(address) {
    under.abort();
    const mine = (under = new AbortController());
    try {
      const answer = await untilAnswered(() => getWhenReady(address, mine.signal), {
        signal: mine.signal,
        onFault(error) {
          state.problem = error.message;
          render();
        },
      });
      if (mine === under) Object.assign(state, { answer, problem: "", fresh: true });
    } catch (error) {
      if (mine.signal.aborted) return;
      state.problem = /** @type {Error} */ (error).message;
    }
    if (mine === under) render();
  }

  return {
    /**
     * The view as far as it is known; asks for it if need be.
     * @param {import("../types.js").Run} run
     * @param {string} view
     * @param {Record<string, string | number>} arguments_
     * @param {string | number} moment of which weights; when it changes, it is asked for again
     * @returns {Asked}
     */
    want(run, view, arguments_, moment) {
      const words = new URLSearchParams(
        Object.entries(arguments_).map(([name, value]) => [name, String(value)]),
      );
      const address = `/api/runs/${encodeURIComponent(run.id)}/insights/${view}?${words}`;
      if (key === `${address} ${moment}`) return state;
      if (runId !== run.id) state.answer = null;
      runId = run.id;
      key = `${address} ${moment}`;
      Object.assign(state, { problem: "", fresh: false });
      void ask(address);
      return state;
    },

    /** Ask again for what could not be had. */
    again() {
      key = "";
      render();
    },

    dispose: () => under.abort(),
  };
}
