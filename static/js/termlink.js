// @ts-check
/** A term that a click explains (see `shell.js`), for what scripts draw. */
import { el } from "./dom.js";
import { at } from "./root.js";

/** @typedef {import("./types.js").Term} Term */

/** @param {Term} term */
export const termLink = ({ name, title, says }) =>
  el("a", { class: "term", href: entryOf(name), "data-says": says }, title);

/** The address of a term's entry. @param {string} name */
export const entryOf = (name) => at(`/glossary#${name}`);
