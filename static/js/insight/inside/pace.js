// @ts-check
/**
 * How often views follow a run that trains: not at every epoch, and never before the last one asked
 * for has come, or on a fast run none ever would. Knows no page.
 */

import { momentOf } from "../../moment.js";

/** @typedef {import("../../types.js").Run} Run */

export const PACE_MS = 3000;

/**
 * @param {() => void} render called when it is time to ask again
 * @param {{now: () => number, later: (act: () => void, ms: number) => unknown}} clock
 */
export function createPace(render, clock) {
  let runId = "";
  let moment = "";
  let asked = -Infinity;
  let waiting = false;

  function wake() {
    waiting = false;
    render();
  }

  return {
    /**
     * The moment of the run to be shown now.
     * @param {Run} run
     * @param {boolean} settled whether what was asked for has come, or cannot be had
     */
    of(run, settled) {
      const newest = momentOf(run, "newest");
      const left = asked + PACE_MS - clock.now();
      if (run.id !== runId || (newest !== moment && settled && left <= 0)) {
        [runId, moment, asked] = [run.id, newest, clock.now()];
      } else if (newest !== moment && settled && !waiting) {
        waiting = true;
        clock.later(wake, left);
      }
      return moment;
    },
  };
}

/** The browser's clock, until the end of a part. @param {import("../../lifetime.js").Lifetime} lifetime */
export const clockOf = ({ later }) => ({ now: () => performance.now(), later });
