// @ts-check
/** The confusion matrix as a shaded table with its numbers; each cell is a button. */

import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { count } from "../numbers.js";
import { el } from "../dom.js";
import { shades } from "./confusion.js";

/** @typedef {{truth: number, answer: number}} Cell */

/** Where keys lead: rows and columns. @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * One stop for the tabulator, as a grid has; the arrow keys go from cell to cell.
 * @param {HTMLTableElement} table
 * @param {(cell: Cell) => void} onChoose
 */
export function createMatrix(table, onChoose) {
  /** @type {HTMLButtonElement[][]} */
  let buttons = [];
  let pressed = /** @type {HTMLButtonElement | null} */ (null);

  /** @param {Event} event */
  const cellAt = ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest?.("button");
    const truth = buttons.findIndex((row) => row.some((one) => one === button));
    if (truth < 0) return null;
    return { truth, answer: buttons[truth].findIndex((one) => one === button) };
  };
  const press = (/** @type {MouseEvent} */ event) => {
    const cell = cellAt(event);
    if (!cell || buttons[cell.truth][cell.answer].ariaDisabled === "true") return;
    onChoose(cell);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const cell = cellAt(event);
    const step = STEPS[event.key];
    if (!cell || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = buttons[cell.truth + step[0]]?.[cell.answer + step[1]];
    if (!to) return;
    stopAt(to);
    to.focus();
  };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  table.addEventListener("click", press, { signal });
  table.addEventListener("keydown", onKey, { signal });

  /** @param {HTMLButtonElement} stop */
  function stopAt(stop) {
    for (const button of buttons.flat()) button.tabIndex = button === stop ? 0 : -1;
  }

  return {
    /** @param {number[][]} counts row: true digit, column: the network's answer */
    fill(counts) {
      const strength = shades(counts);
      const head = el("tr", {}, cornerOf(), cornerOf());
      for (let digit = 0; digit < counts.length; digit += 1) head.append(headOf(digit, "col"));
      buttons = counts.map((row, truth) => row.map((n, answer) => buttonOf(n, truth, answer)));
      const rows = counts.map((row, truth) => {
        const cells = row.map((n, answer) =>
          cellOf(buttons[truth][answer], n, truth === answer, strength[truth][answer]),
        );
        return el(
          "tr",
          {},
          truth ? null : axisOfRows(counts.length),
          headOf(truth, "row"),
          ...cells,
        );
      });
      stopAt(buttons[0][0]);
      table.replaceChildren(
        el(
          "colgroup",
          {},
          el("col", { class: "of-axis" }),
          el("col"),
          el("col", { span: counts.length }),
        ),
        el("thead", {}, axisOfColumns(counts.length), head),
        el("tbody", {}, ...rows),
      );
    },
    /** Which cell is chosen. @param {Cell | null} cell */
    show(cell) {
      const chosen = cell && buttons[cell.truth][cell.answer];
      if (chosen === pressed) return;
      pressed = chosen;
      if (chosen) stopAt(chosen);
      for (const button of buttons.flat()) button.ariaPressed = String(button === chosen);
    },
    dispose: lifetime.dispose,
  };
}

const cornerOf = () => el("td", { class: "corner" });

/** The name of the columns' axis, over all of them. @param {number} columns */
function axisOfColumns(columns) {
  const axis = el("th", { class: "axis", scope: "colgroup", colspan: columns }, _("Prediction"));
  return el("tr", {}, cornerOf(), cornerOf(), axis);
}

/** The name of the rows' axis, beside all of them. @param {number} rows */
function axisOfRows(rows) {
  const axis = el("th", { class: "axis", scope: "rowgroup", rowspan: rows });
  axis.append(el("span", {}, _("True digit")));
  return axis;
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
 */
function buttonOf(n, truth, answer) {
  const words = { n: count(n), truth, answer };
  const title =
    truth === answer
      ? _("%(n)s of the %(truth)ss correct", words)
      : _("%(n)s of the %(truth)ss predicted as %(answer)s", words);
  const attributes = { type: "button", title, "aria-label": title, "aria-disabled": String(!n) };
  return el("button", { ...attributes, "aria-pressed": "false" }, n ? count(n) : "·");
}

/**
 * @param {HTMLButtonElement} button
 * @param {number} n
 * @param {boolean} right
 * @param {number} shade 0–1
 */
function cellOf(button, n, right, shade) {
  const cell = el("td", { class: right ? "right" : n ? "wrong" : "none" }, button);
  cell.style.setProperty("--shade", `${Math.round(right ? ofRight(shade) : 52 * shade)}%`);
  cell.classList.toggle("strong", right && shade >= HALF_TONE);
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
