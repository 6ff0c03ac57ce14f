// @ts-check
/** The sets of a run's statuses, as webapp/schemas/statuses.py has them. No DOM. */

/** @typedef {import("./types.js").Run["status"]} Status */

/** The run has ended. @type {ReadonlySet<Status>} */
export const TERMINAL = new Set(["finished", "stopped", "failed"]);

/** The run has not ended. @type {ReadonlySet<Status>} */
export const LIVE = new Set(["queued", "starting", "running", "paused"]);

/** The newest weights stay the newest until somebody asks for more. @type {ReadonlySet<Status>} */
export const RESTING = new Set(["paused", "finished", "stopped", "failed"]);

/** A worker is at work on the run. @type {ReadonlySet<Status>} */
export const BUSY = new Set(["starting", "running"]);

/** The run will train, or train on, but does not yet. @type {ReadonlySet<Status>} */
export const WAITING = new Set(["queued", "starting"]);

/** The run has ended and has not failed: it can be given more epochs. @type {ReadonlySet<Status>} */
export const COMPLETED = new Set(["finished", "stopped"]);

/** @param {Pick<import("./types.js").Run, "status">} run */
export const isOver = ({ status }) => TERMINAL.has(status);

/** @param {Pick<import("./types.js").Run, "status">} run */
export const isBusy = ({ status }) => BUSY.has(status);

/** @param {{status: Status}} event or run */
export const isWaiting = ({ status }) => WAITING.has(status);
