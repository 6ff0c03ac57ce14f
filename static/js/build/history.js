// @ts-check
/** What the form said before, step by step, for undo and redo. No DOM here. */
import { same } from "./compare.js";

/** So many steps can be taken back. */
export const STEPS = 100;

/** Typing in one field is one step until no key was pressed for so long. */
export const PAUSE_MS = 1000;

/** @typedef {import("../draft.js").Draft} Draft */
/**
 * @typedef {{config: Draft, ids: number[], origin: string|null}} Moment what the form says, the names
 *   of its layers, and the run that it was taken from
 */
/** @typedef {Moment & {said: string|null, stale: boolean}} Changing the part of Build's state that is kept */
/** @typedef {ReturnType<typeof createHistory>} History */

/**
 * @typedef {object} Step
 * @property {Moment} before
 * @property {Moment} after
 * @property {string|null} text what the page says of it, with an offer to undo
 */

/** @param {Moment} state @returns {Moment} */
const momentOf = ({ config, ids, origin }) => ({ config, ids, origin });

/**
 * The steps of a form from a moment on; what has changed since then is the first.
 * @param {Changing} state
 * @param {Moment} [start]
 * @param {string} [field] that has been typed in since
 */
export function createHistory(state, start = momentOf(state), field) {
  /** The newest last. @type {Step[]} */
  const past = [];
  /** The next one last. @type {Step[]} */
  const future = [];
  /** The field that the newest step was typed in. @type {{path: string, at: number}|null} */
  let typing = null;
  let isChanging = false;

  /** @param {Moment} before @param {string|undefined} typed @param {number} now */
  function record(before, typed, now) {
    if (same(before.config, state.config)) return;
    const isGoingOn = typed && typing?.path === typed && now - typing.at < PAUSE_MS;
    const first = (isGoingOn && past.pop()?.before) || before;
    const isBack = same(first.config, state.config);
    if (!isBack) past.push({ before: first, after: momentOf(state), text: state.said });
    if (past.length > STEPS) past.shift();
    future.length = 0;
    typing = typed && !isBack ? { path: typed, at: now } : null;
  }

  /**
   * Where the step was that is taken; null: there is none.
   * @param {Step|undefined} step
   * @param {Step[]} to
   * @param {"before"|"after"} side
   */
  function go(step, to, side) {
    if (!step) return null;
    to.push({ ...step, text: null });
    typing = null;
    const { before, after } = step;
    ({ config: state.config, ids: state.ids } = step[side]);
    // Otherwise it may have been trained since.
    if (before.origin !== after.origin) state.origin = step[side].origin;
    state.stale = true;
    return placeOf(step);
  }

  record(start, field, Date.now());
  return {
    past,
    future,

    /**
     * Do something to the form as one step; what is done within it belongs to it.
     * @param {() => void} act
     * @param {{typed?: string, now?: number}} [how] typed: the field that is being typed in
     */
    change(act, { typed, now = Date.now() } = {}) {
      if (isChanging) return act();
      const before = momentOf(state);
      state.said = null;
      isChanging = true;
      try {
        act();
      } finally {
        isChanging = false;
      }
      record(before, typed, now);
    },

    /** What is typed from now on is another step. */
    pause: () => void (typing = null),

    undo: () => go(past.pop(), future, "before"),
    redo: () => go(future.pop(), past, "after"),
  };
}

/** The place that a step changed: a path, "layers", or "" for more than one part. @param {Step} step */
function placeOf({ before, after }) {
  if (same(before.ids, after.ids)) return differing("", before.config, after.config);
  return same({ ...before.config, layers: 0 }, { ...after.config, layers: 0 }) ? "layers" : "";
}

/** @param {string} path @param {any} a @param {any} b @returns {string} */
function differing(path, a, b) {
  if (!isObject(a) || !isObject(b)) return path;
  const all = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const [key, ...others] = all.filter((one) => !same(a[one], b[one]));
  if (key === undefined || others.length) return path;
  const name = Array.isArray(a) ? `[${key}]` : `.${key}`;
  return differing(path ? path + name : key, a[key], b[key]);
}

/** @param {any} value */
const isObject = (value) => typeof value === "object" && value !== null;
