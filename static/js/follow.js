// @ts-check
/**
 * Following one run through broken connections: begins with its curve so far, then asks for what
 * was missed, so that a listener gets each later event once and in order. Knows neither Socket.IO
 * nor HTTP; both are given.
 */

import { pauseAfter } from "./again.js";
import { createLog, noteSeq, isBehind, take } from "./eventlog.js";

/** @typedef {import("./types.js").Curve} Curve */
/** @typedef {import("./types.js").Event} Event */
/** @typedef {import("./types.js").Run} Run */

/**
 * How the server is reached.
 * @typedef {object} Link
 * @property {() => boolean} isUp
 * @property {() => Promise<Curve>} curve all up to `run.last_seq`; needs no socket
 * @property {(after: number) => Promise<{run: Run, events: Event[]}>} watch joins the run's room,
 *   then answers its first events after `after`; `run.last_seq` is their number
 * @property {(after: number) => Promise<{events: Event[]}>} fetch the next events after `after`
 * @property {(problem: unknown) => boolean} isFinal whether asking again is useless
 * @property {(problem: unknown, ms: number) => number} pauseFor milliseconds until it may be asked
 *   again, at least `ms`
 * @property {(act: () => void, ms: number) => unknown} later
 */

/**
 * @typedef {object} Listener
 * @property {(curve: Curve) => void} onCurve before everything else; again where the server came
 *   back with fewer events than before (its disk lost the newest)
 * @property {(event: Event) => void} onEvent each event after `curve.run.last_seq`
 * @property {(run: Run) => void} onRun
 * @property {(problem: Error) => void} onProblem the run cannot be followed (not found)
 */

/** @typedef {ReturnType<typeof follow>} Follower */

const FIRST_MS = 1000;
const SLOWEST_MS = 10_000;

/**
 * @param {Listener} listener
 * @param {Link} link
 */
export function follow(listener, link) {
  let log = createLog();
  /** Whether the curve is here, and with it the number from which on events are asked for. */
  let begun = false;
  /** Whether an answer that may fill a gap is under way. */
  let busy = false;
  /** Pages in a row that brought nothing. */
  let failures = 0;
  /** Questions in a row that failed. */
  let refusals = 0;
  let over = false;

  /** Until the question is asked again. @param {unknown} problem */
  const pause = (problem) => link.pauseFor(problem, pauseAfter(++refusals, FIRST_MS, SLOWEST_MS));

  /** @param {Event[]} events */
  function deliver(events) {
    for (const event of take(log, events)) listener.onEvent(event);
    if (isBehind(log) && !busy) void catchUp();
  }

  /** Get the curve so far. The socket may still be connecting; the later one joins the room. */
  async function begin() {
    try {
      const curve = await link.curve();
      if (over) return;
      log = createLog(curve.run.last_seq);
      begun = true;
      refusals = 0;
      listener.onCurve(curve);
      if (link.isUp()) void join();
    } catch (problem) {
      if (over) return;
      if (link.isFinal(problem)) listener.onProblem(/** @type {Error} */ (problem));
      else link.later(() => void (over || begin()), pause(problem));
    }
  }

  /** Ask for the run and what was missed; after every connection. */
  async function join() {
    if (!begun) return;
    busy = true;
    const { last } = log;
    try {
      const { run, events } = await link.watch(last);
      busy = false;
      refusals = 0;
      if (over) return;
      if (run.last_seq < last) {
        begun = false;
        return void begin();
      }
      listener.onRun(run);
      noteSeq(log, run.last_seq);
      deliver(events);
    } catch (problem) {
      busy = false;
      if (over) return;
      if (link.isFinal(problem)) listener.onProblem(/** @type {Error} */ (problem));
      else link.later(rejoin, pause(problem));
    }
  }

  function rejoin() {
    // A connection that came back in the meantime has joined already.
    if (link.isUp() && !busy && !over) void join();
  }

  /** Fetch missing events page by page, ever slower while nothing comes. */
  async function catchUp() {
    busy = true;
    const before = log.last;
    const page = await link.fetch(before).catch(() => ({ events: [] }));
    if (over) return;
    for (const event of take(log, page.events)) listener.onEvent(event);
    failures = log.last > before ? 0 : failures + 1;
    const pause = failures ? Math.min(250 * 2 ** failures, SLOWEST_MS) : 0;
    link.later(() => {
      busy = false;
      if (!over) deliver([]);
    }, pause);
  }

  return {
    begin,
    join,
    /** @param {Event} event pushed by the server */
    receive(event) {
      if (begun) deliver([event]);
    },
    /** @param {Run} run its summary, pushed by the server */
    receiveRun(run) {
      if (!begun) return;
      listener.onRun(run);
      // While it trains its events are on their way in the same stream. At rest none follows, so
      // a lost last one is missed now or never.
      if (run.status !== "running") noteSeq(log, run.last_seq);
      deliver([]);
    },
    /** Deliver nothing after this. */
    end() {
      over = true;
    },
  };
}
