// @ts-check
/** Asks the server about the draft a little after the last change; the newest answer wins. */

import { untilAnswered } from "../again.js";

/**
 * @template T, R
 * @param {(draft: T, signal: AbortSignal) => Promise<R>} ask
 * @param {{onAnswer: (answer: R) => void, onError: (error: any) => void, wait?: number}} options
 */
export function createChecker(ask, { onAnswer, onError, wait = 120 }) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let under = new AbortController();
  return {
    /** @param {() => T} draft read when the time has come */
    soon(draft) {
      clearTimeout(timer);
      under.abort();
      timer = setTimeout(() => this.now(draft()), wait);
    },
    /** @param {T} draft */
    async now(draft) {
      clearTimeout(timer);
      under.abort();
      const { signal } = (under = new AbortController());
      try {
        const answer = await untilAnswered(() => ask(draft, signal), {
          isWanted: () => !signal.aborted,
          onFault: onError,
        });
        if (!signal.aborted) onAnswer(answer);
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
    },
  };
}
