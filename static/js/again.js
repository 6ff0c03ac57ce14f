// @ts-check
/** Asking again after a failure, with pauses that grow. */
import { ApiError, pause } from "./api.js";

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
 * @param {object} [options]
 * @param {() => boolean} [options.isWanted]
 * @param {(error: Error) => void} [options.onFault] called at each failure after which it is asked again
 * @param {AbortSignal} [options.signal] ends the pauses
 * @returns {Promise<T>}
 */
export async function untilAnswered(
  ask,
  { isWanted = () => true, onFault = () => {}, signal } = {},
) {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error) || signal?.aborted || !isWanted()) throw error;
      onFault(/** @type {Error} */ (error));
      await pause(pauseFor(error, pauseAfter(failures)), signal);
      if (!isWanted()) throw error;
    }
  }
}
