// @ts-check
/** Asking again after a failure, with pauses that grow. */
import { ApiError } from "./api.js";

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * Whether the same question may be answered later: the server was not reached, was busy or failed.
 * @param {unknown} error
 */
export const mayPass = (error) =>
  error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);

/** The pause after the n-th failure in a row, in milliseconds. @param {number} failures from 1 */
export const pauseAfter = (failures, first = FIRST_MS, longest = LONGEST_MS) =>
  Math.min(first * 2 ** (failures - 1), longest);

/**
 * The pause after a failure, in milliseconds: at least what the server asked for.
 * @param {unknown} error
 * @param {number} ms what it would be otherwise
 */
export const pauseFor = (error, ms) =>
  error instanceof ApiError ? Math.max(ms, 1000 * error.retryAfter) : ms;

/**
 * Ask until there is an answer. Rejects with a failure that will not pass, or with the last one
 * when the answer is no longer wanted.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {{isWanted?: () => boolean, onFault?: (error: Error) => void}} [options] onFault: called at
 *   each failure after which it is asked again
 * @returns {Promise<T>}
 */
export async function untilAnswered(ask, { isWanted = () => true, onFault = () => {} } = {}) {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error) || !isWanted()) throw error;
      onFault(/** @type {Error} */ (error));
      await new Promise((resolve) => setTimeout(resolve, pauseFor(error, pauseAfter(failures))));
      if (!isWanted()) throw error;
    }
  }
}
