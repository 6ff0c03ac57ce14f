// @ts-check
/**
 * The only owner of Socket.IO. It pushes what happens; after every reconnection it asks again
 * for what was missed (known by `seq`), so that a listener sees each event once and in order.
 */

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { ApiError, get, post } from "./api.js";
import { pauseAfter, pauseFor, untilAnswered } from "./again.js";
import { follow } from "./follow.js";
import { cameMeanwhile, compare, createRunStore } from "./runstore.js";
import { currentLanguage } from "./i18n.js";
import { at } from "./root.js";

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
    path: at("/socket.io"),
    transports: ["websocket", "polling"],
    // A proxy may let only plain HTTP through.
    tryAllTransports: true,
    reconnectionDelayMax: 3000,
  });
  /** @type {Map<string, import("./follow.js").Follower>} by the run's id */
  const watched = new Map();
  const runs = createRunStore();
  /** @type {Set<(event: any) => void>} */
  const datasetListeners = new Set();

  const state = linkState(socket);

  const join = () => {
    for (const one of watched.values()) void one.join();
    void joinRuns(socket, runs);
  };
  socket.on("connect", join);
  onWaking(() => void wake(socket));
  socket.on("event", (/** @type {Event} */ event) => {
    watched.get(event.run_id)?.receive(event);
  });
  socket.on("run", (/** @type {Run} */ run) => {
    watched.get(run.id)?.receiveRun(run);
    runs.receive(run);
  });
  socket.on("run_deleted", (/** @type {{run_id: string}} */ { run_id }) => runs.remove(run_id));
  runs.subscribe({ onDeleted: (_run, id) => leave(id) });
  socket.on("dataset", (/** @type {any} */ event) => {
    for (const listener of datasetListeners) listener(event);
  });

  /** @param {string} runId */
  function leave(runId) {
    watched.get(runId)?.end();
    if (watched.delete(runId) && socket.connected) socket.emit("unwatch", { run_id: runId });
  }

  return {
    /** Every run that this page has received. */
    runs,

    /**
     * Follow a run: its curve so far, then every event, once, in order; and its summary as it
     * changes.
     * @param {string} runId
     * @param {import("./follow.js").Listener} listener
     */
    watch(runId, listener) {
      watched.get(runId)?.end();
      const one = follow(noting(listener, runId, runs), linkTo(socket, runId));
      watched.set(runId, one);
      void one.begin();
    },

    unwatch: leave,

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
     * Calls it with "online" or "offline", at once and at each change. Returns what ends it.
     * @param {(state: Link) => void} listener
     */
    onState(listener) {
      state.listeners.add(listener);
      listener(state.now);
      return () => void state.listeners.delete(listener);
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
 * A short break is ignored: offline is published only when it lasts.
 * @param {any} socket
 */
function linkState(socket) {
  const state = {
    now: /** @type {Link} */ ("online"),
    listeners: /** @type {Set<(s: Link) => void>} */ (new Set()),
  };
  let timer = 0;
  const publish = (/** @type {Link} */ now) => {
    if (state.now === now) return;
    state.now = now;
    for (const listener of state.listeners) listener(now);
  };
  const down = () => {
    if (!timer) timer = window.setTimeout(publish, OFFLINE_AFTER_MS, "offline");
  };
  socket.on("disconnect", down);
  socket.on("connect_error", down);
  socket.on("connect", () => {
    window.clearTimeout(timer);
    timer = 0;
    publish("online");
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
 * A connection may have died during sleep, which its own heartbeat detects only after
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
  const { status = 0, code, message, fields = [], retry_after } = error;
  throw new ApiError(status, code, message, fields, retry_after);
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
    pauseFor,
    later: (act, ms) => void window.setTimeout(act, ms),
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

/**
 * Receive every run from now on; requested again while the connection is up without an answer.
 * @param {any} socket
 * @param {import("./runstore.js").RunStore} runs
 */
async function joinRuns(socket, runs, failures = 0) {
  const { id } = socket;
  const known = runs.all();
  let newest;
  try {
    newest = answerOf(await ask(socket, "watch_runs", {})).runs;
  } catch (error) {
    const again = () => socket.id === id && void joinRuns(socket, runs, failures + 1);
    return void setTimeout(again, pauseFor(error, pauseAfter(failures + 1)));
  }
  if (socket.id !== id) return;
  newest.forEach(runs.receive);
  runs.synced();
  await letGo(runs, known, newest);
}

/**
 * Let go of what was deleted while this page was not connected.
 * @param {import("./runstore.js").RunStore} runs
 * @param {Run[]} known before
 * @param {Run[]} newest as the server has them now
 */
async function letGo(runs, known, newest) {
  const { deleted, unclear } = compare(known, newest, false);
  deleted.forEach(({ id }) => runs.remove(id));
  let left = [...unclear, ...cameMeanwhile(known, newest, runs.all())];
  for (let cursor = ""; left.length; ) {
    const question = `/api/runs?limit=500${cursor && `&cursor=${cursor}`}`;
    const page = await untilAnswered(() => get(question));
    const found = compare(left, page.runs, page.next === null);
    found.deleted.forEach(({ id }) => runs.remove(id));
    left = found.unclear;
    cursor = page.next ?? "";
  }
}
