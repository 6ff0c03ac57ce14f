// @ts-check
/** The table beside a picture: the same numbers, to read and to copy. */

import { el } from "../dom.js";
import { _ } from "../i18n.js";

/**
 * @param {string} caption
 * @param {string[]} titles of the columns; the first column names the rows
 * @param {string[][]} rows
 */
export function tableOf(caption, titles, rows) {
  const head = titles.map((title) => el("th", { scope: "col" }, title));
  const lines = rows.map(([name, ...values]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      values.map((value) => el("td", {}, value)),
    ),
  );
  return el(
    "table",
    { class: "figures-table" },
    el("caption", { class: "sr-only" }, caption),
    el("thead", {}, el("tr", {}, head)),
    el("tbody", {}, lines),
  );
}

/**
 * Folded away until it is asked for; made then.
 * @param {() => Element} make
 */
export function createTwin(make) {
  const name = _("As a table");
  // No landmark: a tab has many of them, all of this name.
  const body = el("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": name });
  const fill = () => details.open && body.replaceChildren(make());
  const details = el("details", { class: "twin", ontoggle: fill }, el("summary", {}, name), body);
  return { element: details, fill };
}
