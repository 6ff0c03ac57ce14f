// @ts-check
/**
 * The lifetime of a part of the page. Its end stops the listeners, observers, timers and other parts
 * that the part has started. It needs no DOM.
 */

/** @typedef {ReturnType<typeof createLifetime>} Lifetime */

/** @typedef {{dispose(): void}} Ending what can be ended */

/** Create a lifetime. Its part returns `dispose`, which may be called twice. */
export function createLifetime() {
  const controller = new AbortController();
  const { signal } = controller;
  /** The running timers. @type {Set<ReturnType<typeof setTimeout>>} */
  const timers = new Set();

  /** Call `act` at the end, or now if that has passed. @param {() => void} act */
  function atEnd(act) {
    if (signal.aborted) act();
    else signal.addEventListener("abort", act, { once: true });
  }

  /** @param {ReturnType<typeof setTimeout> | undefined} timer */
  function stop(timer) {
    clearTimeout(timer);
    if (timer !== undefined) timers.delete(timer);
  }

  /** Call `act` after `ms` milliseconds, unless the end comes first. @param {() => void} act @param {number} ms */
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

    /** Call `act` every `ms` milliseconds. @param {() => void} act @param {number} ms */
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
