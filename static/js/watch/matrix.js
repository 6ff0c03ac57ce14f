// @ts-check
/** The confusion matrix as a shaded table with its numbers. */

import { _ } from "../i18n.js";
import { count } from "../numbers.js";
import { el } from "../dom.js";
import { shades } from "./confusion.js";

/**
 * @param {HTMLTableElement} table
 * @param {number[][]} counts row: true digit, column: the network's answer
 */
export function fillMatrix(table, counts) {
  const strength = shades(counts);
  const head = el("tr", {}, cornerOf());
  for (let digit = 0; digit < counts.length; digit += 1) head.append(headOf(digit, "col"));
  const rows = counts.map((row, truth) => {
    const line = el("tr", {}, headOf(truth, "row"));
    row.forEach((n, answer) => line.append(cellOf(n, truth, answer, strength[truth][answer])));
    return line;
  });
  table.replaceChildren(
    el("caption", {}, _("Which digit it takes for which")),
    el("thead", {}, head),
    el("tbody", {}, ...rows),
  );
}

function cornerOf() {
  const corner = el(
    "td",
    { class: "corner" },
    el("span", { class: "sr-only" }, _("true digit by answer")),
  );
  return corner;
}

/**
 * @param {number} digit
 * @param {string} scope
 */
function headOf(digit, scope) {
  const head = el("th", {}, String(digit));
  head.scope = scope;
  return head;
}

/**
 * @param {number} n
 * @param {number} truth
 * @param {number} answer
 * @param {number} shade 0–1
 */
function cellOf(n, truth, answer, shade) {
  const right = truth === answer;
  const cell = el("td", { class: right ? "right" : n ? "wrong" : "none" }, n ? count(n) : "·");
  cell.style.setProperty("--shade", `${Math.round(right ? ofRight(shade) : 52 * shade)}%`);
  cell.classList.toggle("strong", right && shade >= HALF_TONE);
  if (n) {
    cell.title = right
      ? _("%(n)s of the %(truth)ss seen right", { n, truth })
      : _("%(n)s of the %(truth)ss taken for %(answer)s", { n, truth, answer });
  }
  return cell;
}

/** From this share on a right answer's number is light on dark. */
const HALF_TONE = 0.7;

/**
 * Per cent of the colour. The middle tones are left out: on them no number is easy to read.
 * @param {number} shade 0–1
 */
function ofRight(shade) {
  if (shade < HALF_TONE) return (45 * shade) / HALF_TONE;
  return 78 + (14 * (shade - HALF_TONE)) / (1 - HALF_TONE);
}
