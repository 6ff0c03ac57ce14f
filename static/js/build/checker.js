// @ts-check
/** Asks the server about the draft a little after the last change; the newest answer wins. */

import { untilAnswered } from "../again.js";
import { createLife } from "../life.js";

/**
 * @template T, R
 * @param {(draft: T, signal: AbortSignal) => Promise<R>} ask
 * @param {{onAnswer: (answer: R) => void, onError: (error: any) => void, wait?: number}} options
 */
export function createChecker(ask, { onAnswer, onError, wait = 120 }) {
  const life = createLife();
  const timer = life.timer();
  let under = new AbortController();
  life.atEnd(() => under.abort());
  return {
    /** @param {() => T} draft read when the time has come */
    soon(draft) {
      under.abort();
      timer.start(() => void this.now(draft()), wait);
    },
    /** @param {T} draft */
    async now(draft) {
      timer.stop();
      under.abort();
      const { signal } = (under = new AbortController());
      try {
        const answer = await untilAnswered(() => ask(draft, signal), {
          signal,
          onFault: onError,
        });
        if (!signal.aborted) onAnswer(answer);
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
    },
    dispose: life.dispose,
  };
}
