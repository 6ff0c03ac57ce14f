// @ts-check
/**
 * The only owner of Socket.IO. It pushes what happens; after every reconnection it asks again
 * for what was missed (`seq` tells), so that a listener sees each event once and in order.
 */

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { ApiError, get, post } from "./api.js";
import { createLog, hearOf, isBehind, take } from "./eventlog.js";

/** @typedef {import("./types.js").Event} Event */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Prediction} Prediction */
/** @typedef {"online" | "offline"} Link */

/**
 * @typedef {object} Watched
 * @property {string} id the run
 * @property {import("./eventlog.js").EventLog} log
 * @property {(event: Event) => void} onEvent
 * @property {(run: Run) => void} onRun
 * @property {(problem: Error) => void} onProblem
 * @property {boolean} busy whether an answer that may fill a gap is under way
 * @property {number} failures fetches that failed in a row
 */

/** @typedef {ReturnType<typeof connect>} Live */

/** Events a request; the most the server gives at once. */
const PAGE = 5000;
const ACK_MS = 10_000;
const OFFLINE_AFTER_MS = 1500;

/** Connect to this page's server; reconnects by itself for as long as the page lives. */
export function connect() {
  const socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 3000 });
  /** @type {Map<string, Watched>} */
  const watched = new Map();
  /** @type {Set<(run: Run) => void>} */
  const runListeners = new Set();
  /** @type {Set<(runs: Run[]) => void>} */
  const listListeners = new Set();
  /** @type {Set<(event: any) => void>} */
  const datasetListeners = new Set();

  const state = linkState(socket);

  socket.on("connect", () => {
    for (const one of watched.values()) void join(socket, one, watched);
    if (listListeners.size) void joinRuns(socket, listListeners);
  });
  socket.on("event", (/** @type {Event} */ event) => {
    const one = watched.get(event.run_id);
    if (one) receive(one, [event], watched);
  });
  socket.on("run", (/** @type {Run} */ run) => {
    const one = watched.get(run.id);
    if (one) hearOfRun(one, run, watched);
    for (const listener of runListeners) listener(run);
  });
  socket.on("dataset", (/** @type {any} */ event) => {
    for (const listener of datasetListeners) listener(event);
  });

  return {
    /**
     * Follow a run: every event after `after`, once, in order; and its summary as it changes.
     * @param {string} runId
     * @param {number} after
     * @param {(event: Event) => void} onEvent
     * @param {(run: Run) => void} onRun
     * @param {(problem: Error) => void} [onProblem] the run cannot be followed (not found)
     */
    watch(runId, after, onEvent, onRun, onProblem = () => {}) {
      const log = createLog(after);
      const one = { id: runId, log, onEvent, onRun, onProblem, busy: false, failures: 0 };
      watched.set(runId, one);
      if (socket.connected) void join(socket, one, watched);
    },

    /** @param {string} runId */
    unwatch(runId) {
      if (watched.delete(runId) && socket.connected) socket.emit("unwatch", { run_id: runId });
    },

    /**
     * Hear of every run: `onRuns` gets the newest runs now and after each reconnection, `onRun`
     * each run whose summary changed.
     * @param {(run: Run) => void} onRun
     * @param {(runs: Run[]) => void} [onRuns]
     */
    watchRuns(onRun, onRuns = (runs) => runs.forEach(onRun)) {
      runListeners.add(onRun);
      listListeners.add(onRuns);
      if (socket.connected) void joinRuns(socket, new Set([onRuns]));
    },

    /**
     * Ask a run what it sees; over HTTP while the socket is down.
     * @param {{run_id: string, strokes?: number[][][], image?: string}} payload
     * @returns {Promise<Prediction>}
     */
    async predict(payload) {
      const { run_id, ...drawing } = payload;
      // An image may be larger than what the server takes as one message of a socket.
      if (socket.connected && !payload.image) {
        const answer = await ask(socket, "predict", payload).catch(() => null);
        if (answer) return answerOf(answer);
      }
      return post(`/api/runs/${encodeURIComponent(run_id)}/predict`, drawing);
    },

    /**
     * Told "online" or "offline" at once and at each change.
     * @param {(state: Link) => void} listener
     */
    onState(listener) {
      state.listeners.add(listener);
      listener(state.now);
    },

    /**
     * Progress of data sets being fetched.
     * @param {(event: any) => void} listener
     */
    onDataset(listener) {
      datasetListeners.add(listener);
    },
  };
}

/**
 * A short break is nobody's business: offline is told only when it lasts.
 * @param {any} socket
 */
function linkState(socket) {
  const state = {
    now: /** @type {Link} */ ("online"),
    listeners: /** @type {Set<(s: Link) => void>} */ (new Set()),
  };
  let timer = 0;
  const tell = (/** @type {Link} */ now) => {
    if (state.now === now) return;
    state.now = now;
    for (const listener of state.listeners) listener(now);
  };
  const down = () => {
    if (!timer) timer = window.setTimeout(tell, OFFLINE_AFTER_MS, "offline");
  };
  socket.on("disconnect", down);
  socket.on("connect_error", down);
  socket.on("connect", () => {
    window.clearTimeout(timer);
    timer = 0;
    tell("online");
  });
  return state;
}

/**
 * @param {any} socket
 * @param {string} event
 * @param {object} payload
 * @returns {Promise<any>}
 */
function ask(socket, event, payload) {
  return socket.timeout(ACK_MS).emitWithAck(event, payload);
}

/**
 * The answer itself, or the server's error thrown.
 * @param {any} answer
 */
function answerOf(answer) {
  const error = answer?.error;
  // A run carries "error" too, but never as the one key of an answer.
  if (!error?.code) return answer;
  throw new ApiError(error.status ?? 0, error.code, error.message, error.fields ?? []);
}

/**
 * @param {any} socket
 * @param {Watched} one
 * @param {Map<string, Watched>} watched
 */
async function join(socket, one, watched) {
  one.busy = true;
  try {
    const answer = answerOf(await ask(socket, "watch", { run_id: one.id, after: one.log.last }));
    if (watched.get(one.id) !== one) return;
    one.busy = false;
    one.onRun(answer.run);
    hearOf(one.log, answer.run.last_seq);
    receive(one, answer.events, watched);
  } catch (problem) {
    one.busy = false;
    if (watched.get(one.id) !== one) return;
    if (problem instanceof ApiError && problem.code === "run_not_found") one.onProblem(problem);
    else if (socket.connected) window.setTimeout(() => rejoin(socket, one, watched), 1000);
  }
}

/**
 * @param {any} socket
 * @param {Watched} one
 * @param {Map<string, Watched>} watched
 */
function rejoin(socket, one, watched) {
  if (socket.connected && !one.busy && watched.get(one.id) === one) void join(socket, one, watched);
}

/**
 * @param {any} socket
 * @param {Set<(runs: Run[]) => void>} listeners
 */
async function joinRuns(socket, listeners) {
  const answer = await ask(socket, "watch_runs", {}).catch(() => null);
  if (!answer?.runs) return;
  for (const listener of listeners) listener(answer.runs);
}

/**
 * @param {Watched} one
 * @param {Run} run
 * @param {Map<string, Watched>} watched
 */
function hearOfRun(one, run, watched) {
  one.onRun(run);
  // Not "hear of": its events are on their way in the same stream; only a lost one is a gap.
  if (run.status !== "running") hearOf(one.log, run.last_seq);
  receive(one, [], watched);
}

/**
 * @param {Watched} one
 * @param {Event[]} events
 * @param {Map<string, Watched>} watched
 */
function receive(one, events, watched) {
  for (const event of take(one.log, events)) one.onEvent(event);
  if (isBehind(one.log) && !one.busy) void catchUp(one, watched);
}

/**
 * Fetch the missing events page by page.
 * @param {Watched} one
 * @param {Map<string, Watched>} watched
 */
async function catchUp(one, watched) {
  one.busy = true;
  const before = one.log.last;
  try {
    const path = `/api/runs/${encodeURIComponent(one.id)}/events?after=${before}&limit=${PAGE}`;
    const page = await get(path);
    if (watched.get(one.id) !== one) return;
    for (const event of take(one.log, page.events)) one.onEvent(event);
  } catch {
    // Counted as no progress below.
  }
  if (watched.get(one.id) !== one) return;
  one.failures = one.log.last > before ? 0 : one.failures + 1;
  const pause = one.failures ? Math.min(250 * 2 ** one.failures, 10_000) : 0;
  window.setTimeout(() => {
    one.busy = false;
    if (watched.get(one.id) === one) receive(one, [], watched);
  }, pause);
}
