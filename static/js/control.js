// @ts-check
/** What can be done with a run that trains or has trained, and asking the server for it. No DOM. */
import { ApiError, patch, post } from "./api.js";
import { hasWeights } from "./moment.js";
import { COMPLETED, isOver } from "./statuses.js";

/** @typedef {import("./types.js").Run} Run */
/** @typedef {"pause"|"resume"|"step"|"stop"|"extend"} Act */

/** Timeout in milliseconds: a dead connection must not swallow a request. */
const ANSWERS_WITHIN = 15_000;

/** @param {Run} run it has begun at least once, and is not over */
const isUnderWay = (run) => !isOver(run) && (run.status !== "queued" || run.attempt > 0);

/** @type {Record<Act, (run: Run) => boolean>} */
const POSSIBLE = {
  pause: (run) => isUnderWay(run) && run.status !== "paused",
  resume: ({ status }) => status === "paused",
  step: ({ status }) => status === "paused",
  stop: (run) => !isOver(run),
  extend: (run) => COMPLETED.has(run.status) && hasWeights(run),
};

/** @param {Run} run @param {Act} act */
export const can = (run, act) => POSSIBLE[act](run);

/** Whether its learning rate can be changed. @param {Run} run */
export const canChangeRate = isUnderWay;

/**
 * A request that the server has accepted, but not carried out yet.
 * @typedef {{act: Act, runId: string, attempt: number}} PendingRequest
 */

/**
 * Whether the request is done: it was carried out, or the run changed otherwise.
 * @param {PendingRequest} request
 * @param {Run} run
 */
export function isSettled({ act, runId, attempt }, run) {
  return run.id !== runId || !can(run, act) || (act === "pause" && run.attempt !== attempt);
}

/** @param {Run} run */
const path = (run) => `/api/runs/${encodeURIComponent(run.id)}`;

/**
 * Ask for it; the run as the server then answers. Throws ApiError.
 * @param {Run} run
 * @param {Act} act
 * @param {object} [body]
 * @returns {Promise<Run>}
 */
export const ask = (run, act, body) =>
  post(`${path(run)}/${act}`, body, { within: ANSWERS_WITHIN });

/**
 * Ask for another learning rate from the next batch on. Throws ApiError.
 * @param {Run} run
 * @param {number} rate
 * @returns {Promise<Run>}
 */
export const askRate = (run, rate) =>
  patch(path(run), { learning_rate: rate }, { within: ANSWERS_WITHIN });

/** What the server said: of the one field, where it named one. @param {unknown} problem */
export function sentenceOf(problem) {
  if (!(problem instanceof ApiError)) throw problem;
  return problem.fields[0]?.message ?? problem.message;
}

/**
 * A learning rate times a factor, without the dust of binary fractions.
 * @param {number} rate
 * @param {number} factor
 */
export const scaled = (rate, factor) => Number((rate * factor).toPrecision(6));
