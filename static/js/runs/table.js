// @ts-check
/** Tables of Compare: a column for each run. */
import { el } from "../dom.js";

/** @param {string} label @param {HTMLElement} table */
export const scroller = (label, table) =>
  el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, table);

/** @param {string} first @param {string[]} names */
export function headRow(first, names) {
  return el(
    "thead",
    {},
    el(
      "tr",
      {},
      first ? el("th", { scope: "col" }, first) : el("td"),
      names.map((name, n) =>
        el("th", { scope: "col" }, el("i", { class: "dot", "data-n": (n % 8) + 1 }), name),
      ),
    ),
  );
}
