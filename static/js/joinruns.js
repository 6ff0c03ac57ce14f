// @ts-check
/** Keeping the page's store of runs as the server has it, from each connection on. */

import { answerOf, ask } from "./acknowledged.js";
import { pauseAfter, pauseFor, untilAnswered } from "./again.js";
import { get } from "./api.js";
import { cameMeanwhile, compare } from "./runstore.js";

/** @typedef {import("./types.js").Run} Run */

/**
 * Receive every run from now on; requested again while the connection is up without an answer.
 * @param {any} socket
 * @param {import("./runstore.js").RunStore} runs
 * @param {import("./lifetime.js").Lifetime} lifetime
 */
export async function joinRuns(socket, runs, lifetime, failures = 0) {
  const { id } = socket;
  const known = runs.all();
  let newest;
  try {
    newest = answerOf(await ask(socket, "watch_runs", {})).runs;
  } catch (error) {
    const again = () => void (socket.id === id && joinRuns(socket, runs, lifetime, failures + 1));
    return void lifetime.later(again, pauseFor(error, pauseAfter(failures + 1)));
  }
  if (socket.id !== id) return;
  newest.forEach(runs.receive);
  runs.synced();
  await letGo(runs, known, newest, lifetime.signal).catch((error) => {
    if (!lifetime.signal.aborted) throw error;
  });
}

/**
 * Let go of what was deleted while this page was not connected.
 * @param {import("./runstore.js").RunStore} runs
 * @param {Run[]} known before
 * @param {Run[]} newest as the server has them now
 * @param {AbortSignal} signal ends it
 */
async function letGo(runs, known, newest, signal) {
  const { deleted, unclear } = compare(known, newest, false);
  deleted.forEach(({ id }) => runs.remove(id));
  let left = [...unclear, ...cameMeanwhile(known, newest, runs.all())];
  for (let cursor = ""; left.length; ) {
    const question = `/api/runs?limit=500${cursor && `&cursor=${cursor}`}`;
    const page = await untilAnswered(() => get(question), { signal });
    const found = compare(left, page.runs, page.next === null);
    found.deleted.forEach(({ id }) => runs.remove(id));
    left = found.unclear;
    cursor = page.next ?? "";
  }
}
