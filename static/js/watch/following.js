// @ts-check
/** Follows the run that is looked at: its curve, then each event, into the column's state. */

import { atMostEvery } from "../dom.js";
import { createLifetime } from "../lifetime.js";
import { following } from "../runlink.js";
import { applyEvent } from "./events.js";
import { historyOf } from "./past.js";
import { titleText } from "./words.js";

/** @typedef {import("../types.js").Run} Run */

/** Milliseconds between two paintings of what streams in: faster is unreadable. */
const STREAM_MS = 200;

/**
 * @param {import("../socket.js").Live} socket
 * @param {import("./watch.js").Watching} state
 * @param {() => void} render
 */
export function createFollowing(socket, state, render) {
  const lifetime = createLifetime();
  const renderSoon = atMostEvery(STREAM_MS, render, lifetime);
  let followed = /** @type {string | null} */ (null);

  /** @param {Run} run */
  function receive(run) {
    state.run = run;
    state.receivedAt = Date.now();
    changed(render);
  }

  /** @param {() => void} paint */
  function changed(paint) {
    // Not when it is drawn: the browser's tab shows the title when the page is hidden too.
    if (state.run) {
      const title = titleText(state.run, state.history);
      if (document.title !== title) document.title = title;
    }
    paint();
  }

  function leave() {
    if (followed !== null) socket.unwatch(followed);
    followed = null;
  }
  lifetime.atEnd(leave);

  /** @type {import("../follow.js").Listener} */
  const listener = {
    onCurve(curve) {
      state.history = historyOf(curve);
      receive(curve.run);
    },
    onEvent(event) {
      applyEvent(state.history, event);
      changed(renderSoon);
    },
    onRun: receive,
    onProblem(problem) {
      state.problem = problem.message;
      render();
    },
  };

  /** @param {string} runId */
  function begin(runId) {
    followed = runId;
    socket.watch(runId, following(runId, listener, socket.runs));
  }

  return {
    /** Follow the run looked at, if it is another than before. */
    update() {
      if (state.runId === followed) return;
      leave();
      if (state.runId !== null) begin(state.runId);
    },
    dispose: lifetime.dispose,
  };
}
