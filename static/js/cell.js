// @ts-check
/** One value that a part of the page publishes and others read. No DOM. */

/**
 * @template T
 * @param {T} initial
 */
export function createCell(initial) {
  let value = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    /** @param {T} now */
    set(now) {
      if (now === value) return;
      value = now;
      for (const listener of [...listeners]) listener();
    },
    /** Subscribe to every change. Returns what ends it. @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
