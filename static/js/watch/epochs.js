// @ts-check
/** The curves as a table, newest epoch first: the same numbers for eyes and screen readers. */

import { _, number } from "../i18n.js";
import { count, inSeconds, loss, percent } from "../numbers.js";
import { el } from "../dom.js";
import { part, setText } from "../parts.js";
import { isOver } from "./words.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("./history.js").Epoch} Epoch */

/** More rows than this wait for a wish. */
const FEW = 50;

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 */
export function createEpochTable(root, render) {
  const body = part(root, "epochs");
  const more = part(root, "more-epochs");
  let all = false;
  let runId = /** @type {string | null} */ (null);
  /** @type {Map<number, HTMLTableRowElement>} */
  const rows = new Map();

  more.addEventListener("click", () => {
    all = true;
    render();
  });

  return {
    /** @param {Watching} state */
    draw(state) {
      if (state.runId !== runId) {
        runId = state.runId;
        all = false;
        rows.clear();
        body.replaceChildren();
      }
      const { epochs, best } = state.history;
      body.parentElement.hidden = !epochs.length;
      part(root, "no-epochs").hidden = epochs.length > 0;
      if (state.run) setText(part(root, "no-epochs"), noEpochs(state.run));
      const validated = epochs.some((epoch) => epoch.val_loss !== null);
      body.parentElement.classList.toggle("without-val", !validated);
      update(epochs);
      star(best);
      // Equal columns spare the browser measuring thousands of rows at each new one.
      body.parentElement.classList.toggle("many", rows.size > FEW);
      more.hidden = all || epochs.length <= FEW;
      setText(more, _("Show all %(n)s epochs", { n: epochs.length }));
    },
  };

  /** @param {Epoch[]} epochs */
  function update(epochs) {
    const shown = all ? epochs : epochs.slice(-FEW);
    const fresh = shown.filter((epoch) => !rows.has(epoch.epoch));
    const newest = rows.size
      ? Math.max(...[body.firstElementChild?.dataset.epoch ?? 0].map(Number))
      : 0;
    const top = document.createDocumentFragment();
    const bottom = document.createDocumentFragment();
    for (const epoch of fresh.reverse()) {
      const row = line(epoch);
      rows.set(epoch.epoch, row);
      (epoch.epoch > newest ? top : bottom).append(row);
    }
    body.prepend(top);
    body.append(bottom);
    while (!all && rows.size > FEW) drop(body.lastElementChild);
  }

  /** @param {HTMLTableRowElement} row */
  function drop(row) {
    rows.delete(Number(row.dataset.epoch));
    row.remove();
  }

  /** @param {Epoch | null} best */
  function star(best) {
    const row = best ? rows.get(best.epoch) : undefined;
    for (const old of body.querySelectorAll(".best")) if (old !== row) mark(old, false);
    if (row && !row.classList.contains("best")) mark(row, true);
  }
}

/**
 * @param {HTMLTableRowElement} row
 * @param {boolean} best
 */
function mark(row, best) {
  row.classList.toggle("best", best);
  const head = row.cells[0];
  head.textContent = count(Number(row.dataset.epoch));
  if (!best) return;
  const star = el("span", { class: "star" }, "★");
  star.setAttribute("role", "img");
  star.setAttribute("aria-label", _("best"));
  head.append(" ", star);
}

/** @param {import("../types.js").Run} run */
function noEpochs(run) {
  if (run.source === "imported")
    return _("This model came as a file, which does not tell how it learned.");
  if (isOver(run)) return _("No epoch was completed.");
  return _("The first line comes with the first whole epoch.");
}

/** @param {Epoch} epoch */
function line(epoch) {
  const head = el("th", {}, count(epoch.epoch));
  head.scope = "row";
  const row = el("tr", {}, head);
  row.dataset.epoch = String(epoch.epoch);
  row.append(
    el("td", {}, loss(epoch.loss)),
    el("td", {}, percent(epoch.accuracy)),
    el("td", { class: "of-val" }, loss(epoch.val_loss)),
    el("td", { class: "of-val" }, percent(epoch.val_accuracy)),
    el("td", { class: "rate" }, rate(epoch.learning_rate)),
    el("td", {}, inSeconds(epoch.seconds)),
  );
  return row;
}

/** @param {number} value */
function rate(value) {
  if (value !== 0 && value < 0.0001) return value.toExponential(1);
  return number(value, { maximumSignificantDigits: 3 });
}
