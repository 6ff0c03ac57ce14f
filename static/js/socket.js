// @ts-check
/**
 * The only owner of Socket.IO. It pushes what happens; after every reconnection it asks again
 * for what was missed (known by `seq`), so that a listener sees each event once and in order.
 */

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { answerOf, ask } from "./acknowledged.js";
import { post } from "./api.js";
import { linkState, onWaking, wake } from "./connection.js";
import { currentLanguage } from "./i18n.js";
import { joinRuns } from "./joinruns.js";
import { createLifetime } from "./lifetime.js";
import { at } from "./root.js";
import { createRunStore } from "./runstore.js";

/** @typedef {import("./types.js").Event} Event */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Prediction} Prediction */

/** @typedef {ReturnType<typeof connect>} Live */

/** Connect to this page's server; reconnects by itself until its end. */
export function connect() {
  const lifetime = createLifetime();
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

  const state = linkState(socket, lifetime);

  const join = () => {
    for (const one of watched.values()) void one.join();
    void joinRuns(socket, runs, lifetime);
  };
  socket.on("connect", join);
  onWaking(() => void wake(socket, lifetime.signal), lifetime);
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

  lifetime.atEnd(() => {
    for (const one of watched.values()) one.end();
    socket.off();
    socket.disconnect();
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
     * Follow a run, as runlink.js says: what does so comes with the first run.
     * @param {string} runId
     * @param {(socket: any, lifetime: import("./lifetime.js").Lifetime) => import("./follow.js").Follower} follow
     */
    watch(runId, follow) {
      watched.get(runId)?.end();
      const one = follow(socket, lifetime);
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
     * @param {(state: import("./connection.js").Link) => void} listener
     */
    onState(listener) {
      state.listeners.add(listener);
      listener(state.now);
      return () => void state.listeners.delete(listener);
    },

    /**
     * Progress of data sets being fetched. Returns what ends it.
     * @param {(event: any) => void} listener
     */
    onDataset(listener) {
      datasetListeners.add(listener);
      return () => void datasetListeners.delete(listener);
    },

    /** Close the connection. */
    dispose: lifetime.dispose,
  };
}
