// @ts-check
/**
 * The address of a page names what the page shows, so that back, forward, a reload and a copied link
 * bring it back. Parts read it here, change it here, and hear of every change. What is named, and
 * what holds where nothing is named: addresses.js. No DOM: the browser's history is given.
 */

import { at, within } from "./root.js";

/**
 * @template T
 * @typedef {object} Parameter one thing that the address names
 * @property {T} standard what holds where it is not named; it is never written
 * @property {(text: string) => T | undefined} read undefined: the text names nothing
 * @property {(value: T) => string} [write] `String` where it is left out
 * @property {string} [of] the parameter that it belongs to: another one of those, and it is standard
 * @property {boolean} [isTyped] letter by letter: what is typed at a stretch is one choice
 * @property {RegExp} [inPath] its text is in the path, as this finds it, and not in the query
 * @property {(value: T) => string} [pathOf] the path for a value
 */

/** @typedef {Record<string, Parameter<any>>} Parameters by their names in the address */

/**
 * @template {Parameters} P
 * @typedef {{[N in keyof P]: P[N] extends Parameter<infer T> ? T : never}} Values
 */

/** @typedef {"chosen" | "moved" | "corrected"} How moved: back or forward, by the browser */

/**
 * The browser's history, or what stands for it in a test.
 * @typedef {object} Visits
 * @property {() => string} href
 * @property {(href: string) => void} push
 * @property {(href: string) => void} replace
 * @property {(listener: () => void, signal: AbortSignal) => void} onMove
 */

/** @template {Parameters} P @typedef {ReturnType<typeof createAddress<P>>} Address */

/**
 * @template {Parameters} P
 * @param {P} parameters
 * @param {Visits} [visits]
 */
export function createAddress(parameters, visits = browsers()) {
  /** @typedef {Values<P>} V */
  const end = new AbortController();
  /** @type {Set<(now: V, before: V, how: How) => void>} */
  const listeners = new Set();
  let now = read(visits.href());
  /** The parameter that is being typed, or "". */
  let typed = "";

  /** @param {string} href @returns {V} */
  function read(href) {
    const url = new URL(href);
    const entries = Object.entries(parameters).map(([name, one]) => [
      name,
      valueOf(one, textOf(url, name, one)) ?? one.standard,
    ]);
    return Object.fromEntries(entries);
  }

  /** @param {V} next @param {How} how */
  function tell(next, how) {
    const before = now;
    now = next;
    if (same(now, before)) return;
    for (const listener of [...listeners]) {
      if (now !== next) return; // One of them has changed it again, and all have heard of that.
      listener(now, before, how);
    }
  }

  /** The values after a change; what belongs to another one of them is forgotten. @param {Partial<V>} change */
  function after(change) {
    const next = { ...now, ...change };
    for (const [name, { of, standard }] of Object.entries(parameters)) {
      const isOther = of !== undefined && !same(next[of], now[of]);
      if (isOther && !(name in change)) Object.assign(next, { [name]: standard });
    }
    return next;
  }

  /** @param {Partial<V>} change */
  function isTyping(change) {
    const [name, ...others] = Object.keys(change).filter((one) => !same(change[one], now[one]));
    const going = !others.length && name !== undefined && Boolean(parameters[name].isTyped);
    const goesOn = going && name === typed;
    typed = going ? name : "";
    return goesOn;
  }

  visits.onMove(() => {
    typed = "";
    tell(read(visits.href()), "moved");
  }, end.signal);

  return {
    /** What the address names now. */
    get: () => now,

    /** What another address of this page names. @param {string} href */
    read,

    /** The address with something else in it, for a link. @param {Partial<V>} change */
    to: (change) => hrefOf(parameters, after(change), visits.href()),

    /** The reader has chosen: "back" leads to what was there before. @param {Partial<V>} change */
    choose(change) {
      const next = after(change);
      if (same(next, now)) return;
      const href = hrefOf(parameters, next, visits.href());
      if (isTyping(change)) attempt(() => visits.replace(href));
      else attempt(() => visits.push(href));
      tell(next, "chosen");
    },

    /** It must be something else, though the reader has not chosen it. @param {Partial<V>} change */
    correct(change) {
      const next = after(change);
      const href = hrefOf(parameters, next, visits.href());
      attempt(() => visits.replace(href));
      tell(next, "corrected");
    },

    /** Take what names nothing out of the address; returns the names. @returns {(keyof P)[]} */
    mend() {
      const url = new URL(visits.href());
      const wrong = Object.entries(parameters).filter(([name, one]) => {
        const text = textOf(url, name, one);
        return Boolean(text) && valueOf(one, text) === undefined;
      });
      if (wrong.length) attempt(() => visits.replace(hrefOf(parameters, now, url.href)));
      return wrong.map(([name]) => name);
    },

    /** Take a word out of the address that is to be obeyed once, not at a reload. @param {string} name */
    take(name) {
      const url = new URL(visits.href());
      const text = url.searchParams.get(name);
      url.searchParams.delete(name);
      if (text !== null) attempt(() => visits.replace(relative(url)));
      return text;
    },

    /**
     * Hear of every change. Returns what ends it.
     * @param {(now: V, before: V, how: How) => void} listener
     */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    dispose: () => end.abort(),
  };
}

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {Parameter<any>} parameter @param {string | null} text */
const valueOf = ({ read }, text) => (text === null ? undefined : read(text));

/** @param {URL} url @param {string} name @param {Parameter<any>} parameter @returns {string | null} */
function textOf(url, name, { inPath }) {
  return inPath ? (inPath.exec(within(url.pathname))?.[1] ?? null) : url.searchParams.get(name);
}

/**
 * The address with these values; what else is in it stays. The same values give the same address.
 * @param {Parameters} parameters
 * @param {Record<string, any>} values
 * @param {string} href
 */
export function hrefOf(parameters, values, href) {
  const url = new URL(href);
  for (const [name, { standard, write = String, pathOf }] of Object.entries(parameters)) {
    if (pathOf) url.pathname = at(pathOf(values[name]));
    else url.searchParams.delete(name);
    if (!pathOf && !same(values[name], standard)) url.searchParams.set(name, write(values[name]));
  }
  return relative(url);
}

/** Without the server; commas and flags as people write them. @param {URL} url */
const relative = ({ pathname, search, hash }) =>
  pathname + search.replaceAll("%2C", ",").replaceAll(/=(?=&|$)/g, "") + hash;

/** A browser refuses a hundred changes in half a minute; the page goes on. @param {() => void} act */
function attempt(act) {
  try {
    act();
  } catch (problem) {
    console.warn(problem);
  }
}

/** @returns {Visits} */
const browsers = () => ({
  href: () => location.href,
  push: (href) => history.pushState(null, "", href),
  replace: (href) => history.replaceState(null, "", href),
  onMove: (listener, signal) => addEventListener("popstate", listener, { signal }),
});
