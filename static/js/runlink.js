// @ts-check
/** How one run is followed at this server, and what that tells the page's store of runs. */

import { answerOf, ask } from "./acknowledged.js";
import { pauseFor } from "./again.js";
import { ApiError, get } from "./api.js";
import { follow } from "./follow.js";

/** Events a request; the most the server gives at once. */
const PAGE = 5000;

/**
 * For `watch` of socket.js: follows a run, its curve so far, then every event, once, in order; and
 * its summary as it changes.
 * @param {string} runId
 * @param {import("./follow.js").Listener} listener
 * @param {import("./runstore.js").RunStore} runs
 * @returns {(socket: any, lifetime: import("./lifetime.js").Lifetime) => import("./follow.js").Follower}
 */
export const following = (runId, listener, runs) => (socket, lifetime) =>
  follow(noting(listener, runId, runs), linkTo(socket, runId, lifetime));

/**
 * @param {any} socket
 * @param {string} runId
 * @param {import("./lifetime.js").Lifetime} lifetime
 * @returns {import("./follow.js").Link}
 */
function linkTo(socket, runId, { later }) {
  const path = `/api/runs/${encodeURIComponent(runId)}`;
  return {
    isUp: () => socket.connected,
    curve: () => get(`${path}/curve`),
    watch: async (after) => answerOf(await ask(socket, "watch", { run_id: runId, after })),
    fetch: (after) => get(`${path}/events?after=${after}&limit=${PAGE}`),
    isFinal: (problem) => problem instanceof ApiError && problem.code === "run_not_found",
    pauseFor,
    later,
  };
}

/**
 * What the server says of a run goes into the store as well; a known one that is not found was
 * deleted.
 * @param {import("./follow.js").Listener} listener
 * @param {string} runId
 * @param {import("./runstore.js").RunStore} runs
 * @returns {import("./follow.js").Listener}
 */
function noting(listener, runId, runs) {
  return {
    ...listener,
    onCurve(curve) {
      runs.learn(curve.run);
      listener.onCurve(curve);
    },
    onRun(run) {
      runs.learn(run);
      listener.onRun(run);
    },
    onProblem(problem) {
      if (runs.get(runId)) runs.remove(runId);
      else listener.onProblem(problem);
    },
  };
}
