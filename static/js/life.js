// @ts-check
/**
 * The life of a part of the page: its end stops the listeners, observers, timers and other parts that
 * the part has begun. Knows no page.
 */

/** @typedef {ReturnType<typeof createLife>} Life */

/** What has an end. @typedef {{dispose(): void}} Ending */

/** A life. The part that makes it returns its `dispose`, which may be called twice. */
export function createLife() {
  const controller = new AbortController();
  const { signal } = controller;
  /** The timers that run. @type {Set<ReturnType<typeof setTimeout>>} */
  const timers = new Set();

  /** Call it at the end; at once where that is over. @param {() => void} act */
  function atEnd(act) {
    if (signal.aborted) act();
    else signal.addEventListener("abort", act, { once: true });
  }

  /** @param {ReturnType<typeof setTimeout> | undefined} timer */
  function stop(timer) {
    clearTimeout(timer);
    if (timer !== undefined) timers.delete(timer);
  }

  /** Call it after so many milliseconds, unless the end comes first. @param {() => void} act @param {number} ms */
  function later(act, ms) {
    if (signal.aborted) return undefined;
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
    return timer;
  }

  atEnd(() => timers.forEach(stop));
  return {
    /** Ends listeners: `addEventListener(name, listener, { signal })`. */
    signal,
    atEnd,
    later,

    /** A timer that each start begins anew. */
    timer() {
      let running = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
      return {
        /** @param {() => void} act @param {number} ms */
        start(act, ms) {
          stop(running);
          running = later(act, ms);
        },
        stop: () => stop(running),
      };
    },

    /** Call it again and again. @param {() => void} act @param {number} ms */
    every(act, ms) {
      const timer = setInterval(act, ms);
      atEnd(() => clearInterval(timer));
    },

    /**
     * Let an observer watch an element.
     * @param {ResizeObserver | IntersectionObserver} observer
     * @param {Element} element
     */
    observe(observer, element) {
      observer.observe(element);
      atEnd(() => observer.disconnect());
    },

    /**
     * End another part with this one; returns the other.
     * @template {Ending} P
     * @param {P} part
     */
    own(part) {
      atEnd(() => part.dispose());
      return part;
    },

    dispose: () => controller.abort(),
  };
}
