// @ts-check
/**
 * One request in flight; the newest waits, those in between are dropped: a small state machine
 * that knows neither network nor page.
 */

/**
 * @template Q
 * @typedef {object} RequestSlot
 * @property {Q | null} asked the request in flight
 * @property {Q | null} next the newest one, which waits
 * @property {boolean} stale whether the answer in flight is no longer wanted
 */

/**
 * @template Q
 * @returns {RequestSlot<Q>}
 */
export function createSlot() {
  return { asked: null, next: null, stale: false };
}

/**
 * Add a request; returns the one to send now, or null when it has to wait.
 * @template Q
 * @param {RequestSlot<Q>} slot
 * @param {Q} question
 * @returns {Q | null}
 */
export function want(slot, question) {
  if (slot.asked !== null) {
    slot.next = question;
    return null;
  }
  slot.asked = question;
  slot.stale = false;
  return question;
}

/**
 * The request in flight was answered, or failed: returns whether the answer is still wanted, and
 * the request to send now, if any.
 * @template Q
 * @param {RequestSlot<Q>} slot
 * @returns {{wanted: boolean, next: Q | null}}
 */
export function settle(slot) {
  const wanted = !slot.stale;
  slot.asked = slot.next;
  slot.next = null;
  slot.stale = false;
  return { wanted, next: slot.asked };
}

/**
 * The question under way was refused for now, and the wait is over: the one to send, which is the
 * newest, or null when none is wanted any more.
 * @template Q
 * @param {RequestSlot<Q>} slot
 * @returns {Q | null}
 */
export function resume(slot) {
  slot.asked = slot.next ?? (slot.stale ? null : slot.asked);
  slot.next = null;
  slot.stale = false;
  return slot.asked;
}

/**
 * Forget every question: the answer under way is dropped when it comes.
 * @template Q
 * @param {RequestSlot<Q>} slot
 */
export function forget(slot) {
  slot.next = null;
  slot.stale = slot.asked !== null;
}

/**
 * Whether an answer that is wanted is still to come.
 * @template Q
 * @param {RequestSlot<Q>} slot
 */
export function isWaiting(slot) {
  return slot.next !== null || (slot.asked !== null && !slot.stale);
}
