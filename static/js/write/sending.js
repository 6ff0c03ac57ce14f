// @ts-check
/** Sending what is on the pad, one question at a time; what passes by itself is asked again. */

import { pauseAfter } from "../again.js";
import { ApiError, reasonOf } from "../api.js";
import { drawing } from "../drawing.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { isWaiting, resume, settle, want } from "./slot.js";

/** @typedef {import("./question.js").Question} Question */
/** @typedef {import("./write.js").Writing} Writing */

/** Refusals that pass by themselves: the ink is sent again. */
const PASSING = new Set(["unreachable", "predictor_unavailable", "too_many_requests"]);

/** Longer waits than this are shown; shorter ones would only flicker. */
const PATIENCE_MS = 400;

/**
 * @param {HTMLElement} root
 * @param {Writing} state
 * @param {import("../socket.js").Live} socket
 * @param {() => void} render
 */
export function createSending(root, state, socket, render) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const patience = lifetime.timer();
  const retry = lifetime.timer();
  let failures = 0;

  /** Send it, where there is one. @param {Question | null} question */
  async function start(question) {
    if (!question || signal.aborted) return;
    patience.start(() => root.classList.add("waiting-long"), PATIENCE_MS);
    let said = null;
    let problem = "";
    let passes = false;
    let wait = 0;
    try {
      said = await socket.predict(question);
      failures = 0;
    } catch (error) {
      problem =
        error instanceof ApiError ? reasonOf(error) : _("Can't get a prediction right now.");
      if (error instanceof ApiError) wait = error.retryAfter;
      passes = error instanceof ApiError && PASSING.has(error.code);
      if (passes && !wait) again(question);
    }
    if (signal.aborted) return;
    patience.stop();
    root.classList.remove("waiting-long");
    if (wait) return goOn(wait, problem);
    const { wanted, next } = settle(state.slot);
    if (wanted) {
      state.problem = problem;
      if (said) {
        state.answer = { to: question.run_id, said };
        drawing.set(said.input);
      } else if (!passes) {
        state.answer = null;
        drawing.set(null);
      }
    }
    void start(next);
    render();
  }

  /** The server said when to go on: the newest ink is sent then. @param {number} seconds */
  function goOn(seconds, problem = "") {
    if (!state.slot.stale) state.problem = problem;
    lifetime.later(() => void start(resume(state.slot)), seconds * 1000);
    render();
  }

  /** @param {Question} question sent again later, unless a newer one was sent meanwhile */
  function again(question) {
    retry.start(() => {
      if (state.problem && !isWaiting(state.slot) && !state.ink.down)
        start(want(state.slot, question));
    }, pauseAfter(++failures));
  }

  return { start, dispose: lifetime.dispose };
}
