// @ts-check
/**
 * One question under way, the newest waits, those between are forgotten: a small state machine
 * that knows neither network nor page.
 */

/**
 * @template Q
 * @typedef {object} Asker
 * @property {Q | null} asked the question under way
 * @property {Q | null} next the newest one that waits for its turn
 * @property {boolean} stale whether the answer under way is wanted no more
 */

/**
 * @template Q
 * @returns {Asker<Q>}
 */
export function createAsker() {
  return { asked: null, next: null, stale: false };
}

/**
 * Want an answer; returns the question to send now, or null when it has to wait.
 * @template Q
 * @param {Asker<Q>} asker
 * @param {Q} question
 * @returns {Q | null}
 */
export function want(asker, question) {
  if (asker.asked !== null) {
    asker.next = question;
    return null;
  }
  asker.asked = question;
  asker.stale = false;
  return question;
}

/**
 * The question under way was answered, or failed: whether the answer is still wanted, and the
 * question to send now, if any.
 * @template Q
 * @param {Asker<Q>} asker
 * @returns {{wanted: boolean, next: Q | null}}
 */
export function settle(asker) {
  const wanted = !asker.stale;
  asker.asked = asker.next;
  asker.next = null;
  asker.stale = false;
  return { wanted, next: asker.asked };
}

/**
 * The question under way was refused for now, and the wait is over: the one to send, which is the
 * newest, or null when none is wanted any more.
 * @template Q
 * @param {Asker<Q>} asker
 * @returns {Q | null}
 */
export function resume(asker) {
  asker.asked = asker.next ?? (asker.stale ? null : asker.asked);
  asker.next = null;
  asker.stale = false;
  return asker.asked;
}

/**
 * Forget every question: the answer under way is dropped when it comes.
 * @template Q
 * @param {Asker<Q>} asker
 */
export function forget(asker) {
  asker.next = null;
  asker.stale = asker.asked !== null;
}

/**
 * Whether an answer that is wanted is still to come.
 * @template Q
 * @param {Asker<Q>} asker
 */
export function isWaiting(asker) {
  return asker.next !== null || (asker.asked !== null && !asker.stale);
}
