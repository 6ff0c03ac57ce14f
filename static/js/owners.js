// @ts-check
/** Whose runs these are, and who may change them. No DOM but the page's own data. */

/** @typedef {import("./types.js").Run} Run */

/** Whether others use this server too: then one's own runs come first. */
export const isShared = () => globalThis.document?.body.dataset.shared !== undefined;

/**
 * The runs with one's own first, where others use the server too; else as they are.
 * @template {Pick<Run, "owner">} R
 * @param {R[]} runs
 * @returns {R[]}
 */
export const ownFirst = (runs, shared = isShared()) =>
  shared
    ? [...runs.filter(({ owner }) => owner.mine), ...runs.filter(({ owner }) => !owner.mine)]
    : runs;

/**
 * Whether this reader may change the run, by the server's own rule (webapp/runs/permission.py).
 * @param {Pick<Run, "owner" | "owned">} run
 * @param {string} [rule] which runs besides one's own: "all", "free" (without an owner), "own" (none)
 */
export const mayChange = ({ owner, owned }, rule = document.body.dataset.changes) =>
  rule === "all" || owner.mine || (rule === "free" && !owned);
