// @ts-check
/** The Test tab: how the network does on digits it never saw. */

import { get } from "../api.js";
import { _, ngettext, number } from "../i18n.js";
import { count, loss, percent } from "../numbers.js";
import { el } from "../dom.js";
import { part, setText } from "../parts.js";
import { worst } from "./confusion.js";
import { fillMatrix } from "./matrix.js";
import { hasModel, isOver } from "./words.js";

/** @typedef {import("../types.js").Evaluation} Evaluation */
/** @typedef {import("./watch.js").Watching} Watching */

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 */
export function createTest(root, render) {
  /** The answer shown, or asked for: of which run, and after how many epochs. */
  let key = "";
  let evaluation = /** @type {Evaluation | null} */ (null);
  let problem = "";
  let drawn = /** @type {Evaluation | null} */ (null);

  /** @param {string} runId @param {string} wanted */
  async function ask(runId, wanted) {
    key = wanted;
    evaluation = null;
    problem = "";
    try {
      const answer = await get(`/api/runs/${encodeURIComponent(runId)}/evaluation`);
      if (key === wanted) evaluation = answer;
    } catch (error) {
      if (key === wanted) problem = /** @type {Error} */ (error).message;
    }
    render();
  }

  return {
    /** @param {Watching} state */
    draw({ run, history, tab }) {
      if (!run || tab !== "test") return;
      const ready = isOver(run) && hasModel(run, history);
      const wanted = `${run.id} ${run.attempt} ${run.epoch}`;
      if (ready && key !== wanted) void ask(run.id, wanted);
      const shown = ready && key === wanted ? evaluation : null;
      part(root, "tested").hidden = !shown;
      const waiting = part(root, "test-waiting");
      waiting.hidden = Boolean(shown);
      setText(
        waiting,
        ready ? problem || _("Asking the network about every test digit…") : early(run),
      );
      if (shown && shown !== drawn) fill(root, (drawn = shown));
    },
  };
}

/** @param {import("../types.js").Run} run */
function early(run) {
  if (isOver(run)) return _("There is no model to test: no epoch was completed.");
  return _(
    "The test comes at the end. These digits are kept back until then, so that the network cannot have seen them.",
  );
}

/**
 * @param {HTMLElement} root
 * @param {Evaluation} evaluation
 */
function fill(root, evaluation) {
  setText(part(root, "verdict"), verdict(evaluation));
  fillMatrix(part(root, "matrix"), evaluation.confusion);
  fillClasses(part(root, "per-class"), evaluation);
}

/** @param {Evaluation} evaluation */
function verdict(evaluation) {
  const right = evaluation.confusion.reduce((sum, row, digit) => sum + row[digit], 0);
  const text = _("%(right)s of %(all)s test digits right: %(share)s; loss %(loss)s.", {
    right,
    all: evaluation.samples,
    share: percent(evaluation.accuracy),
    loss: loss(evaluation.loss),
  });
  const most = worst(evaluation.confusion);
  if (!most) return text;
  const mistake = ngettext(
    "Its commonest mistake: %(truth)s taken for %(answer)s, once.",
    "Its commonest mistake: %(truth)s taken for %(answer)s, %(n)s times.",
    most.n,
    most,
  );
  return `${text} ${mistake}`;
}

/**
 * @param {HTMLTableElement} table
 * @param {Evaluation} evaluation
 */
function fillClasses(table, { per_class: classes }) {
  const titles = [_("Digit"), _("Precision"), _("Recall"), _("F1"), _("Images")];
  const head = el("tr", {}, ...titles.map((title) => columnHead(title)));
  const three = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  const rows = classes.map((one, digit) => {
    const name = el("th", {}, String(digit));
    name.scope = "row";
    const values = [one.precision, one.recall, one.f1].map((value) => number(value, three));
    return el("tr", {}, name, ...[...values, count(one.support)].map((text) => el("td", {}, text)));
  });
  table.replaceChildren(
    el("caption", { class: "sr-only" }, _("Precision, recall and F1 of each digit")),
    el("thead", {}, head),
    el("tbody", {}, ...rows),
  );
}

/** @param {string} title */
function columnHead(title) {
  const head = el("th", {}, title);
  head.scope = "col";
  return head;
}
