// @ts-check
/** What the Runs screen knows, in one plain object. No DOM here. */

/** @typedef {import("../types.js").Run} Run */
/** @typedef {"newest"|"name"|"validation"|"test"|"params"|"time"} Order */

/**
 * @typedef {object} State
 * @property {Map<string, Run>} runs by id
 * @property {boolean} loaded whether the server has answered at all
 * @property {boolean} more whether older runs are on the server
 * @property {string|null} trouble
 * @property {string} text filter
 * @property {string} status filter; "" is all, "active" is all that are not over
 * @property {Order} order
 * @property {Set<string>} selected ids, in the order they were chosen
 * @property {string|null} renaming id
 * @property {boolean} comparing
 */

export const PAGE = 50;
/** More curves than this cannot be told apart. */
export const MOST_COMPARED = 8;

const ACTIVE = new Set(["queued", "starting", "running", "paused"]);

/** @returns {State} */
export function createState() {
  return {
    runs: new Map(),
    loaded: false,
    more: false,
    trouble: null,
    text: "",
    status: "",
    order: "newest",
    selected: new Set(),
    renaming: null,
    comparing: false,
  };
}

/** @param {State} state @param {Run} run */
export function noteRun(state, run) {
  state.runs.set(run.id, run);
}

/**
 * A page of the server's list, newest first.
 * @param {State} state
 * @param {Run[]} page
 */
export function notePage(state, page) {
  for (const run of page) noteRun(state, run);
  state.loaded = true;
  state.more = page.length === PAGE;
  state.trouble = null;
}

/** @param {State} state @param {string} id */
export function forget(state, id) {
  state.runs.delete(id);
  state.selected.delete(id);
}

/** @param {State} state @returns {string|undefined} where the next page begins */
export function oldest(state) {
  return [...state.runs.values()].sort(byNewest).at(-1)?.id;
}

/**
 * @param {State} state
 * @param {string} id
 * @returns {boolean} false: enough are selected
 */
export function toggleSelected(state, id) {
  if (state.selected.delete(id)) return true;
  if (state.selected.size >= MOST_COMPARED) return false;
  state.selected.add(id);
  return true;
}

/** What is shown, in order. @param {State} state @returns {Run[]} */
export function shown(state) {
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...state.runs.values()]
    .filter((run) => hasStatus(run, state.status) && words.every((word) => says(run, word)))
    .sort(ORDERS[state.order]);
}

/** @param {Run} run @param {string} wanted */
function hasStatus({ status, source }, wanted) {
  if (wanted === "active") return ACTIVE.has(status);
  if (wanted === "imported") return source === "imported";
  return !wanted || status === wanted;
}

/** A run's name, data, optimizer and layers can be searched. @param {Run} run @param {string} word */
function says({ name, config }, word) {
  const { dataset, compile, layers } = config;
  const all = [name, dataset.name, compile.optimizer.name, ...layers.map(({ type }) => type)];
  return all.some((one) => one.toLowerCase().includes(word));
}

/** @param {Run} run the accuracy that tells most: on validation images, else in training */
export const bestAccuracy = ({ best, latest }) =>
  best?.val_accuracy ?? best?.accuracy ?? latest?.val_accuracy ?? latest?.accuracy ?? null;

/** Whether its loss is no number any more. @param {Run} run */
export const hasDiverged = ({ epoch, latest, test }) =>
  (epoch > 0 && latest?.loss === null) || test?.loss === null;

/** Seconds from the start to the end. @param {Run} run */
export function seconds({ started_at, ended_at }) {
  if (!started_at || !ended_at) return null;
  return (Date.parse(ended_at) - Date.parse(started_at)) / 1000;
}

/** @param {Run} a @param {Run} b */
const byNewest = (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at);

/**
 * Larger first; what is not known comes last.
 * @param {(run: Run) => number|null|undefined} value
 * @param {1|-1} sign
 */
const by =
  (value, sign = 1) =>
  (/** @type {Run} */ a, /** @type {Run} */ b) =>
    sign * ((value(b) ?? -sign * Infinity) - (value(a) ?? -sign * Infinity)) || byNewest(a, b);

/** @type {Record<Order, (a: Run, b: Run) => number>} */
const ORDERS = {
  newest: byNewest,
  name: (a, b) => a.name.localeCompare(b.name) || byNewest(a, b),
  validation: by(bestAccuracy),
  test: by((run) => run.test?.accuracy),
  params: by((run) => run.params),
  time: by(seconds, -1),
};
