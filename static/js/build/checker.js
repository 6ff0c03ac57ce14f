// @ts-check
/** Asks the server about the draft a little after the last change; the newest answer wins. */

import { untilAnswered } from "../again.js";
import { createLifetime } from "../lifetime.js";

/**
 * @template T, R
 * @param {(draft: T, signal: AbortSignal) => Promise<R>} ask
 * @param {{onAnswer: (answer: R) => void, onError: (error: any) => void, wait?: number}} options
 */
export function createChecker(ask, { onAnswer, onError, wait = 120 }) {
  const lifetime = createLifetime();
  const timer = lifetime.timer();
  let under = new AbortController();
  lifetime.atEnd(() => under.abort());
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
    dispose: lifetime.dispose,
  };
}
