// @ts-check
/**
 * The only owner of what the browser keeps. It never throws: where the browser refuses (cookies
 * blocked, a full disk), a value lasts as long as the page.
 */

/** Every key begins like this, so that all of them can be forgotten. */
const OURS = "inkling.";

/** @typedef {ReturnType<typeof createStorage>} Kept */

/**
 * A storage over one of the browser's.
 * @param {() => Storage} area reading the property itself throws where cookies are blocked
 */
export function createStorage(area) {
  /** What the browser did not take; null: removed. @type {Map<string, string|null>} */
  const memory = new Map();

  /**
   * What `act` returns; `otherwise` where the browser refuses.
   * @template T
   * @param {(area: Storage) => T} act
   * @param {T} otherwise
   */
  function tried(act, otherwise) {
    try {
      return act(area());
    } catch {
      return otherwise; // SecurityError, QuotaExceededError: the memory holds it.
    }
  }

  /** @param {string} key @returns {string|null} */
  function read(key) {
    return memory.get(key) ?? (memory.has(key) ? null : tried((kept) => kept.getItem(key), null));
  }

  /** @param {string} key @param {string|null} text null: keep it no more */
  function write(key, text) {
    memory.set(key, text);
    tried((kept) => {
      if (text === null) kept.removeItem(key);
      else kept.setItem(key, text);
      memory.delete(key);
    }, undefined);
  }

  return {
    read,
    write,

    /** The value kept as JSON; null where there is none that can be read. @param {string} key */
    readJson(key) {
      try {
        return JSON.parse(read(key) ?? "null");
      } catch {
        return null; // Written by another version, or by hand.
      }
    },

    /** Whether what was written outlasts the page. @param {string} key */
    lasts: (key) => !memory.has(key),

    /** @param {string} key @param {unknown} value anything that JSON can hold */
    writeJson: (key, value) => write(key, JSON.stringify(value)),

    /** Forget all that this program kept. */
    clear() {
      const kept = tried((all) => Object.keys(all), /** @type {string[]} */ ([]));
      for (const key of new Set([...kept, ...memory.keys()]))
        if (key.startsWith(OURS)) write(key, null);
    },
  };
}

/** Kept until the reader clears it. */
export const storage = createStorage(() => globalThis.localStorage);
