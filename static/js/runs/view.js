// @ts-check
/**
 * Which runs the list shows, and in which order: as the server answered, asked again when a run
 * comes or changes. No DOM.
 */
import { untilAnswered } from "../again.js";
import { createLifetime } from "../lifetime.js";
import { LIVE } from "../statuses.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {"newest"|"name"|"validation"|"test"|"params"|"time"} Order */
/** @typedef {{text: string, status: string, order: Order, mine: boolean}} Question "": no filter; status "active":
 *   all that are not over */
/** @typedef {import("../types.js").Runs} Page */

export const PAGE = 50;
/** The most that the server answers at once. */
const MOST = 500;

/** @type {Record<Order, string>} */
const SORTS = {
  newest: "-created_at",
  name: "name",
  validation: "-val_accuracy",
  test: "-test_accuracy",
  params: "-params",
  time: "seconds",
};
const ACTIVE = [...LIVE].join(",");

/** @param {Question} question @param {number} limit @param {string | null} cursor */
export function addressOf({ text, status, order, mine }, limit, cursor) {
  const query = new URLSearchParams({ limit: String(limit), sort: SORTS[order] });
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
 * @param {boolean} [mine] whether it begins with the reader's own runs alone
 */
export function createView(runs, get, render, mine = false) {
  const state = {
    /** @type {Question} */
    question: { text: "", status: "", order: "newest", mine },
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

    /** Ask again for what is shown. */
    refresh: () => collect([], null),

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
      const { text, status, order } = state.question;
      return (text || status || order !== "newest") && fingerprint(run) !== fingerprint(before);
    },

    dispose: lifetime.dispose,
  };
}

/** All that decides whether and where a run is shown. @param {Run} run */
const fingerprint = ({ name, status, best, test, ended_at }) =>
  JSON.stringify([name, status, best?.val_accuracy, test?.accuracy, ended_at]);
