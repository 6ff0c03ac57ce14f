// @ts-check
/**
 * What takes long to compute is not computed anew at every epoch of a run that trains, but held
 * until it is asked for anew, or the run is over. Knows no page.
 */

import { isOver } from "../watch/words.js";

/** @typedef {import("../types.js").Run} Run */

export function createHeld() {
  let held = "";
  let moment = "";
  return {
    /**
     * The moment of the run to be shown.
     * @param {Run} run
     * @param {string} [what] of the run; something else begins with the newest moment
     */
    of(run, what = "") {
      const key = `${run.id} ${what}`;
      if (key !== held || isOver(run)) [held, moment] = [key, momentOf(run)];
      return moment;
    },
    /** Whether there is a newer one. @param {Run} run */
    isOld: (run) => moment !== momentOf(run),
    /** Take the newest one next. */
    renew() {
      held = "";
    },
  };
}

/** @param {Run} run */
const momentOf = (run) => `${run.attempt} ${run.epoch}`;
