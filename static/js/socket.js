// @ts-check
/**
 * The only owner of Socket.IO. It pushes what happens; after every reconnection it asks again
 * for what was missed (`seq` tells), so that a listener sees each event once and in order.
 */

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { ApiError, get, post } from "./api.js";
import { follow } from "./follow.js";
import { currentLanguage } from "./i18n.js";

/** @typedef {import("./types.js").Event} Event */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Prediction} Prediction */
/** @typedef {"online" | "offline"} Link */

/** @typedef {ReturnType<typeof connect>} Live */

/** Events a request; the most the server gives at once. */
const PAGE = 5000;
const ACK_MS = 10_000;
const OFFLINE_AFTER_MS = 1500;
/** What answers at all answers a question about nothing at once. */
const WAKING_MS = 4000;

/** Connect to this page's server; reconnects by itself for as long as the page lives. */
export function connect() {
  const socket = io({
    // As the server names it; without cookies it would know the browser's language only.
    query: { lang: currentLanguage().split("-")[0] },
    transports: ["websocket", "polling"],
    // A proxy may let only plain HTTP through.
    tryAllTransports: true,
    reconnectionDelayMax: 3000,
  });
  /** @type {Map<string, import("./follow.js").Follower>} by the run's id */
  const watched = new Map();
  /** @type {Set<(run: Run) => void>} */
  const runListeners = new Set();
  /** @type {Set<(runs: Run[]) => void>} */
  const listListeners = new Set();
  /** @type {Set<(event: any) => void>} */
  const datasetListeners = new Set();

  const state = linkState(socket);

  const join = () => {
    for (const one of watched.values()) void one.join();
    if (listListeners.size) void joinRuns(socket, listListeners);
  };
  socket.on("connect", join);
  onWaking(() => void wake(socket));
  socket.on("event", (/** @type {Event} */ event) => {
    watched.get(event.run_id)?.hear(event);
  });
  socket.on("run", (/** @type {Run} */ run) => {
    watched.get(run.id)?.hearRun(run);
    for (const listener of runListeners) listener(run);
  });
  socket.on("dataset", (/** @type {any} */ event) => {
    for (const listener of datasetListeners) listener(event);
  });

  return {
    /**
     * Follow a run: its curve so far, then every event, once, in order; and its summary as it
     * changes.
     * @param {string} runId
     * @param {import("./follow.js").Listener} listener
     */
    watch(runId, listener) {
      watched.get(runId)?.end();
      const one = follow(listener, linkTo(socket, runId));
      watched.set(runId, one);
      void one.begin();
    },

    /** @param {string} runId */
    unwatch(runId) {
      watched.get(runId)?.end();
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
     * @param {{run_id: string, epoch?: string | number, strokes?: number[][][], image?: string,
     *   pixels?: number[][]}} payload
     * @returns {Promise<Prediction>}
     */
    async predict(payload) {
      const { run_id, epoch = "newest", ...drawing } = payload;
      // An image may be larger than what the server takes as one message of a socket.
      if (socket.connected && !payload.image) {
        const answer = await ask(socket, "predict", payload).catch(() => null);
        if (answer) return answerOf(answer);
      }
      return post(`/api/runs/${encodeURIComponent(run_id)}/predict?epoch=${epoch}`, drawing);
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

/** Timers that come so late have slept. */
const SLEPT_MS = 15_000;
const TICK_MS = 5_000;

/**
 * Called when this machine may have slept: a timer came late, the page is looked at again, or
 * there is a network again.
 * @param {() => void} act
 */
function onWaking(act) {
  let ticked = Date.now();
  window.setInterval(() => {
    const late = Date.now() - ticked;
    ticked = Date.now();
    if (late > SLEPT_MS) act();
  }, TICK_MS);
  window.addEventListener("online", act);
  document.addEventListener("visibilitychange", () => void (document.hidden || act()));
}

/**
 * A connection may have died in sleep without a word, which its own heartbeat tells only after
 * three quarters of a minute: ask, and begin a new one where nothing is answered.
 * @param {any} socket
 */
async function wake(socket) {
  if (!socket.connected) return socket.connect();
  try {
    await socket.timeout(WAKING_MS).emitWithAck("unwatch", { run_id: "-" });
  } catch {
    socket.disconnect().connect();
  }
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
 * @param {string} runId
 * @returns {import("./follow.js").Link}
 */
function linkTo(socket, runId) {
  const path = `/api/runs/${encodeURIComponent(runId)}`;
  return {
    isUp: () => socket.connected,
    curve: () => get(`${path}/curve`),
    watch: async (after) => answerOf(await ask(socket, "watch", { run_id: runId, after })),
    fetch: (after) => get(`${path}/events?after=${after}&limit=${PAGE}`),
    isFinal: (problem) => problem instanceof ApiError && problem.code === "run_not_found",
    later: (act, ms) => void window.setTimeout(act, ms),
  };
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
