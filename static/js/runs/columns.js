// @ts-check
/**
 * The columns of the list: which there are (the page's template names them), which are shown, what
 * each says of a run, and how a click on its heading sorts. No DOM.
 */
import { _, number } from "../i18n.js";
import { bytes, count, loss, moment, NOTHING, percent, rate, spent } from "../numbers.js";
import { validationAccuracy } from "./state.js";
import { epochWords, timeWords } from "./words.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {{id: string, label: string, kind: string}} Column kind: "number", "text", "flag", "curve" */

/** The newest first. */
export const STANDARD_SORT = "-created_at";

/** Shown until the reader chooses, and what else where there is room for it. */
const STANDARD = ["status", "curve", "test_accuracy", "val_accuracy", "epoch", "seconds"];
const WITH_ROOM = ["disk_bytes", "created_at", "params"];

/**
 * The columns shown until the reader chooses.
 * @param {Column[]} all
 * @param {number} room pixels
 */
export function standardColumns(all, room) {
  let ids = STANDARD;
  for (const id of WITH_ROOM) {
    const more = [...ids, id];
    if (leastOf(chosenOf(all, more)) <= room) ids = more;
  }
  return chosenOf(all, ids);
}

/**
 * Those of the columns that are chosen, in the columns' own order.
 * @param {Column[]} all
 * @param {readonly string[]} ids
 */
export const chosenOf = (all, ids) => all.filter(({ id }) => ids.includes(id));

/** Of these, a first click on the heading brings the highest to the top. */
const HIGHEST_FIRST = new Set(
  ["test_accuracy", "val_accuracy", "accuracy", "epoch", "created_at", "disk_bytes"].concat(
    "params",
    "layers",
  ),
);

/** The field that a sort names. @param {string} sort */
export const fieldOf = (sort) => sort.replace(/^-/, "");

/** @param {string} sort @returns {"ascending" | "descending"} */
export const directionOf = (sort) => (sort.startsWith("-") ? "descending" : "ascending");

/** The same field the other way round. @param {string} sort */
export const turned = (sort) => (sort.startsWith("-") ? fieldOf(sort) : `-${sort}`);

/** How a field is sorted first. @param {string} id */
export const firstSort = (id) => (HIGHEST_FIRST.has(id) ? `-${id}` : id);

/**
 * What a click on a heading asks for.
 * @param {string} sort so far
 * @param {string} id of the column
 */
export const nextSort = (sort, id) => (fieldOf(sort) === id ? turned(sort) : firstSort(id));

/** A curve is a picture: nothing to sort by. @param {Pick<Column, "kind">} column */
export const isSortable = ({ kind }) => kind !== "curve";

/** What the server sorts by that is not a field of the configuration. @type {Record<string, (run: Run) => any>} */
const VALUES = {
  name: ({ name }) => name,
  status: ({ status }) => status,
  test_accuracy: ({ test }) => test?.accuracy,
  test_loss: ({ test }) => test?.loss,
  val_accuracy: validationAccuracy,
  val_loss: ({ latest }) => latest.val_loss,
  accuracy: ({ latest }) => latest.accuracy,
  loss: ({ latest }) => latest.loss,
  epoch: ({ epoch }) => epoch,
  seconds: spent,
  created_at: ({ created_at }) => created_at,
  disk_bytes: ({ disk_bytes }) => disk_bytes,
  layers: ({ config }) => config.layers.length,
  params: ({ params }) => params,
};

/** The value that the run is sorted by; undefined or null: it has none. @param {Run} run @param {string} id */
export const valueOf = (run, id) => (VALUES[id] ? VALUES[id](run) : ofConfig(run.config, id));

/**
 * A field of a configuration by its path; a loss may be written as its name alone.
 * @param {any} config
 * @param {string} path
 */
function ofConfig(config, path) {
  const keys = path.split(".");
  return keys.reduce((part, key, at) => {
    if (typeof part !== "object")
      return at === keys.length - 1 && key === "name" ? part : undefined;
    return part?.[key];
  }, config);
}

/** How a column is written, where it is not as its kind. @type {Record<string, (run: Run) => string>} */
const WORDS = {
  test_accuracy: (run) => percent(valueOf(run, "test_accuracy")),
  val_accuracy: (run) => percent(valueOf(run, "val_accuracy")),
  accuracy: (run) => percent(valueOf(run, "accuracy")),
  test_loss: (run) => loss(valueOf(run, "test_loss")),
  val_loss: (run) => loss(valueOf(run, "val_loss")),
  loss: (run) => loss(valueOf(run, "loss")),
  epoch: epochWords,
  seconds: timeWords,
  created_at: ({ created_at }) => moment(created_at),
  disk_bytes: ({ disk_bytes }) => bytes(disk_bytes),
  params: ({ params }) => count(params),
  seed: ({ config }) => String(config.seed ?? NOTHING),
  "compile.optimizer.learning_rate": ({ config }) => rate(config.compile.optimizer.learning_rate),
};

/** What a cell says. @param {Run} run @param {string} id */
export function textOf(run, id) {
  if (WORDS[id]) return WORDS[id](run);
  const value = valueOf(run, id);
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === "boolean") return value ? _("yes") : _("no");
  return typeof value === "number" ? number(value, { maximumSignificantDigits: 6 }) : String(value);
}

/** Columns that need more or less than others: pixels, and shares of what is left. @type {Record<string, number[]>} */
const WIDTHS = {
  status: [176, 1.2],
  curve: [112, 0.2],
  val_accuracy: [96, 1],
  seconds: [108, 1],
  created_at: [96, 0.8],
  params: [100, 0.6],
};

/** The width of a column: at least so many pixels, and its share of what is left. @param {Column} column */
const widthOf = ({ id, kind }) => WIDTHS[id] ?? (kind === "text" ? [124, 1] : [88, 0.8]);

/** The name's width, the checkbox' and the menu's. */
const NAME = [210, 4];
const ENDS = [44, 52];

/**
 * The widths of all, which no content changes, so that thousands of rows need no measuring.
 * @param {Column[]} columns
 * @returns {{tracks: string, least: string}} for the style sheet
 */
export function widths(columns) {
  const all = [NAME, ...columns.map(widthOf)];
  const tracks = all.map(([least, share]) => `minmax(${least}px, ${share}fr)`);
  return {
    tracks: `${ENDS[0]}px ${tracks.join(" ")} ${ENDS[1]}px`,
    least: `${leastOf(columns)}px`,
  };
}

/** The least width of a list with these columns. @param {Column[]} columns */
const leastOf = (columns) =>
  columns.reduce((sum, column) => sum + widthOf(column)[0], ENDS[0] + NAME[0] + ENDS[1]);
