// @ts-check
/**
 * Pages of a long list, fetched as they are wanted: what is in sight first, few at a time, and
 * what was not looked at for long forgotten. Knows neither server nor page.
 */

import { mayPass, pauseAfter } from "../again.js";
import { createLifetime } from "../lifetime.js";

/** Digits on a page. */
export const PAGE = 200;

/** Pages kept: some 2 MB of pixels, and as much of pictures of them. */
export const MOST = 24;

/** Requests under way. */
const AT_ONCE = 2;

/**
 * @template T
 * @typedef {ReturnType<typeof createPages<T>>} Pages
 */

/**
 * @template T
 * @param {(number: number) => Promise<T>} fetchPage
 * @param {() => void} onNews a page came, or could not
 */
export function createPages(fetchPage, onNews) {
  /** By number, the one looked at last at the end. @type {Map<number, T>} */
  const kept = new Map();
  /** @type {Set<number>} */
  const underway = new Set();
  /** Nearest first. @type {number[]} */
  let wanted = [];
  let problem = /** @type {Error | null} */ (null);
  let failures = 0;
  const lifetime = createLifetime();
  /** Until a page is asked for again that could not be had. */
  const waiting = lifetime.timer();

  function pump() {
    for (const number of wanted) {
      if (underway.size >= AT_ONCE || problem) return;
      if (!kept.has(number) && !underway.has(number)) void load(number);
    }
  }

  /** @param {number} number */
  async function load(number) {
    underway.add(number);
    try {
      kept.set(number, await fetchPage(number));
      failures = 0;
      forget();
    } catch (error) {
      problem = /** @type {Error} */ (error);
      waiting.stop();
      if (mayPass(error)) waiting.start(retry, pauseAfter(++failures));
    }
    underway.delete(number);
    if (lifetime.signal.aborted) return;
    onNews();
    pump();
  }

  function retry() {
    problem = null;
    pump();
  }

  function forget() {
    for (const number of kept.keys()) {
      if (kept.size <= MOST) return;
      if (!wanted.includes(number)) kept.delete(number);
    }
  }

  return {
    /**
     * Want the items from `from` to before `to`, and then the page after them.
     * @param {number} from
     * @param {number} to
     * @param {number} count of all items
     */
    want(from, to, count) {
      wanted = pagesOf(from, to, count);
      for (const number of wanted) {
        const page = kept.get(number);
        if (page === undefined) continue;
        kept.delete(number);
        kept.set(number, page);
      }
      pump();
    },
    /**
     * The page with this item and its place there, or null while it is not here.
     * @param {number} item
     */
    find(item) {
      const page = kept.get(Math.floor(item / PAGE));
      return page === undefined ? null : { page, place: item % PAGE };
    },
    /** Why a page could not be had, or null. */
    problem: () => problem,
    /** Try once more, now. */
    retry,
    /** Nothing is asked for any more after this. */
    dispose: lifetime.dispose,
    size: () => kept.size,
  };
}

/**
 * Numbers of the pages that hold the items, then of the next one and the one before.
 * @param {number} from
 * @param {number} to
 * @param {number} count
 */
export function pagesOf(from, to, count) {
  if (to <= from) return [];
  const [first, last] = [Math.floor(from / PAGE), Math.floor((to - 1) / PAGE)];
  const pages = Array.from({ length: last - first + 1 }, (_nothing, n) => first + n);
  const ends = [last + 1, first - 1].filter((number) => number >= 0 && number * PAGE < count);
  return [...pages, ...ends];
}
