// @ts-check
/** What is on the pad, as the network saw it: the Write column publishes it, others read it. */

/** @typedef {number[][]} Pixels 28 rows of 28 numbers, 0–255, 0 = paper */

/** A store of one image; null: the pad is empty. */
export function createDrawing() {
  let pixels = /** @type {Pixels | null} */ (null);
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => pixels,
    /** @param {Pixels | null} now */
    set(now) {
      if (now === pixels) return;
      pixels = now;
      for (const listener of [...listeners]) listener();
    },
    /** Subscribe to every change. Returns what ends it. @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const drawing = createDrawing();
