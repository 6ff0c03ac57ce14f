// @ts-check
/** The curves as a table, newest epoch first: the same numbers for eyes and screen readers. */

import { _ } from "../i18n.js";
import { count, inSeconds, loss, percent, rate } from "../numbers.js";
import { el } from "../dom.js";
import { createPager } from "../pager.js";
import { part, setText } from "../parts.js";
import { changeAt, RESTART, triangleOf } from "./marks.js";
import { isOver } from "../statuses.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./history.js").Epoch} Epoch */

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 */
export function createEpochTable(root, render) {
  const body = part(root, "epochs", HTMLTableSectionElement);
  const table = /** @type {HTMLTableElement} */ (body.closest("table"));
  const pager = createPager(render);
  let runId = /** @type {string | null} */ (null);
  /** @type {Map<number, HTMLTableRowElement>} */
  const rows = new Map();

  part(root, "epoch-table").append(pager.element);

  return {
    /** @param {Watching} state */
    draw(state) {
      if (state.runId !== runId) {
        runId = state.runId;
        pager.reset();
        rows.clear();
        body.replaceChildren();
      }
      const { epochs, best, rateChanges } = state.history;
      table.hidden = !epochs.length;
      part(root, "no-epochs").hidden = epochs.length > 0;
      if (state.run) setText(part(root, "no-epochs"), noEpochs(state.run));
      const validated = epochs.some((epoch) => epoch.val_loss !== null);
      table.classList.toggle("without-val", !validated);
      table.classList.toggle("with-rates", rateChanges.length > 0);
      const { from, to } = pager.draw(epochs.length);
      update(epochs.slice(from - 1, to), state.history);
      star(best);
    },
    dispose() {}, // It holds nothing but elements.
  };

  /** Rows that stay are not touched. @param {Epoch[]} shown oldest first @param {History} history */
  function update(shown, history) {
    const wanted = new Set(shown.map((one) => one.epoch));
    for (const [epoch, row] of rows) if (!wanted.has(epoch)) drop(epoch, row);
    const newest = Number(body.rows[0]?.dataset.epoch ?? 0);
    const top = document.createDocumentFragment();
    const bottom = document.createDocumentFragment();
    for (const epoch of shown.toReversed()) {
      if (rows.has(epoch.epoch)) continue;
      const row = line(epoch, history);
      rows.set(epoch.epoch, row);
      (epoch.epoch > newest ? top : bottom).append(row);
    }
    body.prepend(top);
    body.append(bottom);
  }

  /** @param {number} epoch @param {HTMLTableRowElement} row */
  function drop(epoch, row) {
    rows.delete(epoch);
    row.remove();
  }

  /** @param {Epoch | null} best */
  function star(best) {
    const row = best ? rows.get(best.epoch) : undefined;
    for (const old of rows.values())
      if (old !== row && old.classList.contains("best")) mark(old, null);
    if (!best || !row || row.classList.contains("best")) return;
    mark(row, best.val_accuracy === null ? _("best in training") : _("best in validation"));
  }
}

/**
 * @param {HTMLTableRowElement} row
 * @param {string | null} best what it is the best of; null: it is not the best
 */
function mark(row, best) {
  row.classList.toggle("best", best !== null);
  const head = row.cells[0];
  head.querySelector(".star")?.remove();
  if (best) head.append(sign("star", "★", best));
}

/**
 * A character that stands for a word.
 * @param {string} name its class
 * @param {string} character
 * @param {string} word
 */
const sign = (name, character, word) =>
  el("span", { class: name, role: "img", "aria-label": word, title: word }, character);

/** @param {import("../types.js").Run} run */
function noEpochs(run) {
  if (run.source === "imported")
    return _("This model was imported from a file, which holds no training history.");
  if (isOver(run)) return _("No epoch was completed.");
  return _("The first row appears after the first epoch.");
}

/** @param {Epoch} epoch @param {History} history */
function line(epoch, history) {
  const head = el("th", {}, count(epoch.epoch));
  head.scope = "row";
  if (history.restarts.includes(epoch.epoch - 1))
    head.append(sign("sign", RESTART, _("restarted before this epoch")));
  const row = el("tr", {}, head);
  row.dataset.epoch = String(epoch.epoch);
  row.append(
    el("td", {}, loss(epoch.loss)),
    el("td", {}, percent(epoch.accuracy)),
    el("td", { class: "of-val" }, loss(epoch.val_loss)),
    el("td", { class: "of-val" }, percent(epoch.val_accuracy)),
    el("td", { class: "rate" }, changeSign(epoch.epoch, history), rate(epoch.learning_rate)),
    el("td", {}, inSeconds(epoch.seconds)),
  );
  return row;
}

/** @param {number} epoch @param {History} history */
function changeSign(epoch, history) {
  const change = changeAt(history, epoch);
  if (!change) return null;
  return sign("sign", triangleOf(change), change.to > change.from ? _("raised") : _("lowered"));
}
