// @ts-check
/** A program with its words in their colours. */

import { el } from "../dom.js";
import { tokens } from "./tokens.js";

/** @param {string} program */
export function colored(program) {
  return tokens(program).map(({ kind, text }) => (kind ? el("span", { class: kind }, text) : text));
}
