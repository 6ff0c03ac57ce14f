// @ts-check
/**
 * Which runs the list shows, and in which order: as the server answered, asked again when a run
 * comes or changes. No DOM.
 */
import { untilAnswered } from "../again.js";
import { createLifetime } from "../lifetime.js";
import { LIVE } from "../statuses.js";
import { fieldOf, STANDARD_SORT, valueOf } from "./columns.js";

/** @typedef {import("../types.js").Run} Run */
/**
 * What the list is asked for: "": no filter; status "active": all that are not over.
 * @typedef {{text: string, status: string, sort: string, mine: boolean}} Question
 */
/** @typedef {import("../types.js").Runs} Page */

export const PAGE = 50;
/** The most that the server answers at once. */
const MOST = 500;

const ACTIVE = [...LIVE].join(",");

/** @param {Question} question @param {number} limit @param {string | null} cursor */
export function addressOf({ text, status, sort, mine }, limit, cursor) {
  const query = new URLSearchParams({ limit: String(limit), sort });
  if (text.trim()) query.set("q", text.trim());
  if (status) query.set("status", status === "active" ? ACTIVE : status);
  if (mine) query.set("mine", "1");
  if (cursor) query.set("cursor", cursor);
  return `/api/runs?${query}`;
}

/**
 * @param {import("../runstore.js").RunStore} runs
 * @param {(address: string) => Promise<Page>} get
 * @param {() => void} render
 */
export function createView(runs, get, render) {
  const state = {
    /** @type {Question} */
    question: { text: "", status: "", sort: STANDARD_SORT, mine: false },
    /** @type {string[]} */
    ids: [],
    /** @type {string | null} where the next page begins */
    next: null,
    /** Whether the server has answered at all. */
    loaded: false,
    /** @type {string | null} */
    trouble: null,
  };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  /** Counts the questions: an answer to an earlier one is void. */
  let asked = 0;
  lifetime.atEnd(() => (asked += 1));
  /** How many runs are asked for. */
  let wanted = PAGE;
  /** Whether the runs that the store receives are those of the list's own answer. */
  let isOwn = false;

  /** The refresh under way, which takes several answers where the list is long; null: none. @type {object | null} */
  let refreshing = null;
  /** Whether it is to be repeated: something has changed meanwhile. */
  let isStale = false;

  /** Ask again for what is shown, once more where that is being asked for: never without an end. */
  async function refresh() {
    isStale = true;
    if (refreshing && !state.trouble) return;
    const mine = (refreshing = {});
    while (isStale && refreshing === mine && !signal.aborted) {
      isStale = false;
      await collect([], null);
    }
    if (refreshing === mine) refreshing = null;
  }

  /** @param {number} limit @param {string | null} cursor @param {number} number */
  function page(limit, cursor, number) {
    const address = addressOf(state.question, limit, cursor);
    return untilAnswered(() => get(address), {
      isWanted: () => number === asked,
      signal,
      onFault(error) {
        state.trouble = error.message;
        render();
      },
    });
  }

  /**
   * As many runs as are wanted, page by page.
   * @param {string[]} ids those that are here
   * @param {string | null} next where they end
   */
  async function collect(ids, next) {
    const number = ++asked;
    try {
      do {
        const limit = Math.min(Math.max(wanted - ids.length, 1), MOST);
        const answer = await page(limit, next, number);
        if (number !== asked) return;
        isOwn = true;
        answer.runs.forEach(runs.learn);
        isOwn = false;
        ids = [...new Set([...ids, ...answer.runs.map(({ id }) => id)])];
        next = answer.next;
      } while (next && ids.length < wanted);
      Object.assign(state, { ids, next, loaded: true, trouble: null });
    } catch (error) {
      if (number !== asked) return;
      state.trouble = /** @type {Error} */ (error).message;
    }
    render();
  }

  return {
    state,

    /** The runs shown, in order. @returns {Run[]} */
    shown: () => state.ids.flatMap((id) => runs.get(id) ?? []),

    refresh,

    /** Ask for the next page. */
    more() {
      wanted = state.ids.length + PAGE;
      return collect(state.ids, state.next);
    },

    /** Ask for something else. @param {Partial<Question>} change */
    change(change) {
      Object.assign(state.question, change);
      wanted = PAGE;
      return collect([], null);
    },

    /**
     * Whether the list may be another one after this change of a run.
     * @param {Run} run
     * @param {Run | undefined} before
     */
    mayMove(run, before) {
      if (isOwn) return false;
      if (!before) return !state.ids.includes(run.id);
      const { text, status, sort } = state.question;
      if (!text && !status && fieldOf(sort) === "created_at") return false;
      return fingerprint(run, fieldOf(sort)) !== fingerprint(before, fieldOf(sort));
    },

    dispose: lifetime.dispose,
  };
}

/** All that decides whether and where a run is shown. @param {Run} run @param {string} field */
const fingerprint = (run, field) => JSON.stringify([run.name, run.status, valueOf(run, field)]);
