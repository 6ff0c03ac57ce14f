// @ts-check
/** What the address of each page names, and what holds where it names nothing. No DOM. */

import { at } from "./root.js";

/** @typedef {import("./moment.js").Epoch} Epoch */

/**
 * @template T
 * @typedef {import("./address.js").Parameter<T>} Parameter
 */

/** A text; none stands for `null`. @type {Parameter<string | null>} */
const name = { standard: null, read: (given) => given || undefined };

/** The same, "" where there is none. @type {Parameter<string>} */
const text = { standard: "", read: (given) => given };

/** It is there, or it is not. @type {Parameter<boolean>} */
const flag = { standard: false, read: () => true, write: () => "" };

/** Ids of runs, in their order. @type {Parameter<string[]>} */
const ids = {
  standard: [],
  read: (given) => given.split(",").filter(Boolean),
  write: (list) => list.join(),
};

/** A whole number. @type {Parameter<number | null>} */
const whole = {
  standard: null,
  read: (given) => (/^\d{1,8}$/.test(given) ? Number(given) : undefined),
};

/** @type {Parameter<Epoch>} */
const epoch = {
  standard: "newest",
  read: (given) =>
    given === "best" || given === "newest" ? given : (whole.read(given) ?? undefined),
};

/**
 * One of these; the first is the standard.
 * @template {string} T
 * @param {readonly T[]} choices
 * @returns {Parameter<T>}
 */
const oneOf = (choices) => ({
  standard: choices[0],
  read: (given) => choices.find((one) => one === given),
});

/** A digit, 0 to 9; none stands for `null`. @type {Parameter<number | null>} */
const digit = { standard: null, read: (given) => (/^\d$/.test(given) ? Number(given) : undefined) };

/** A cell of the confusion matrix, such as `4-9`. @type {Parameter<{truth: number, answer: number} | null>} */
const cell = {
  standard: null,
  read(given) {
    const [, truth, answer] = /^(\d)-(\d)$/.exec(given) ?? [];
    return truth ? { truth: Number(truth), answer: Number(answer) } : undefined;
  },
  write: (one) => (one ? `${one.truth}-${one.answer}` : ""),
};

/** The tabs of a run, in their order. */
export const TABS = /** @type {const} */ ([
  "curves",
  "test",
  "mistakes",
  "inside",
  "map",
  "robustness",
  "code",
]);

/** The Studio, `/`. */
export const STUDIO = {
  run: name,
  tab: oneOf(TABS),
  epoch: { ...epoch, of: "run" },
  layer: { ...whole, of: "run" },
  method: oneOf(/** @type {const} */ (["pca", "tsne"])),
  cell: { ...cell, of: "run" },
  truth: { ...digit, of: "run" },
  answer: { ...digit, of: "run" },
};

/** Whose runs, where others use the server too; none: the reader's own. @type {Parameter<"all" | null>} */
const whose = { standard: null, read: (given) => (given === "all" ? given : undefined) };

/** The list of runs, `/runs`. */
export const RUNS = {
  q: { ...text, isTyped: true },
  status: text,
  sort: { ...text, standard: "-created_at" },
  whose,
  columns: { ...ids, isTyped: true },
  compare: ids,
};

/** The lessons, `/lessons` and `/lessons/<number>`. */
export const LESSONS = {
  number: {
    ...whole,
    inPath: /^\/lessons\/(\d+)$/,
    pathOf: (/** @type {number | null} */ one) => `/lessons${one === null ? "" : `/${one}`}`,
  },
  size: name,
  projector: flag,
  whose,
};

/** Counted from 0. @type {Parameter<number>} */
const place = { standard: 0, read: (given) => whole.read(given) ?? undefined };

/** The digits, `/data`. */
export const DATA = {
  dataset: text,
  part: oneOf(/** @type {const} */ (["train", "test"])),
  label: digit,
  at: { ...place, isTyped: true },
};

/** The address of the Studio that shows a run. @param {string} runId */
export const addressOfRun = (runId) => at(`/?run=${encodeURIComponent(runId)}`);

/** The same, where its settings are to be in the form as well. @param {string} runId */
export const addressToUse = (runId) => `${addressOfRun(runId)}&use=settings`;

/**
 * Where to fetch the digit that the parameter `digit` puts on the pad, `<dataset>/<part>/<index>`;
 * null where it names none.
 * @param {string | null} wanted
 */
export function digitWanted(wanted) {
  const [, dataset, part, index] =
    /^([\w-]{1,40})\/(train|test)\/(\d{1,7})$/.exec(wanted ?? "") ?? [];
  return dataset ? `/api/datasets/${dataset}/digits?part=${part}&offset=${index}&limit=1` : null;
}
