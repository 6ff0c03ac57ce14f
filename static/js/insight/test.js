// @ts-check
/** The Test tab: how the network does on digits it never saw; a cell shows its images. */

import { untilAnswered } from "../again.js";
import { get } from "../api.js";
import { el } from "../dom.js";
import { _, ngettext, number } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { count, loss, percent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { createAsked } from "./asked.js";
import { worst } from "./confusion.js";
import { createGallery } from "./gallery.js";
import { createGate } from "./gate.js";
import { createMatrix } from "./matrix.js";
import { afterEpoch, chosenEpoch, momentOf, testedEpoch } from "../moment.js";
import { itemsOf } from "./tested.js";

/** @typedef {import("../types.js").Evaluation} Evaluation */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../moment.js").Epoch} Epoch */
/** @typedef {import("./matrix.js").Cell} Cell */

/** @type {import("../watch/run.js").TabModule["create"]} */
export function create(panel, render, pad, steer) {
  const lifetime = createLifetime();
  const evaluations = lifetime.own(createEvaluations(render));
  const gate = createGate(part(panel, "test-waiting"), render, evaluations.again);
  const images = lifetime.own(createImages(panel, render, pad));
  let drawn = /** @type {Evaluation | null} */ (null);
  const chooseCell = (/** @type {Cell} */ cell) => steer.choose({ cell });
  const matrix = lifetime.own(createMatrix(part(panel, "matrix", HTMLTableElement), chooseCell));

  return {
    draw(state) {
      const { run } = state;
      if (!run) return;
      const epoch = testedEpoch(state);
      const { answer, problem } =
        epoch === null ? { answer: null, problem: "" } : evaluations.want(run, epoch);
      gate.draw(state, Boolean(answer), problem);
      part(panel, "tested").hidden = !answer;
      if (!answer || epoch === null) return;
      if (answer !== drawn) {
        drawn = answer;
        setText(part(panel, "verdict"), afterEpoch(run, answer.epoch, verdict(answer)));
        matrix.fill(answer.confusion);
        fillClasses(part(panel, "per-class", HTMLTableElement), answer);
      }
      const { cell } = state;
      const isThere = cell && answer.confusion[cell.truth]?.[cell.answer];
      if (cell && !isThere) steer.miss("cell", _("This test has no such image."));
      matrix.show(isThere ? cell : null);
      images.choose(isThere ? cell : null);
      images.draw(run, epoch, answer.confusion);
    },
    dispose: lifetime.dispose,
  };
}

/**
 * Evaluations, the one wanted last at hand.
 * @param {() => void} render
 */
function createEvaluations(render) {
  const lifetime = createLifetime();
  let key = "";
  let answer = /** @type {Evaluation | null} */ (null);
  let problem = "";

  /** @param {string} address @param {string} wanted */
  async function ask(address, wanted) {
    [key, answer, problem] = [wanted, null, ""];
    const isWanted = () => key === wanted;
    const onFault = (/** @type {Error} */ error) => {
      problem = error.message;
      render();
    };
    try {
      const came = await untilAnswered(() => get(address), {
        isWanted,
        onFault,
        signal: lifetime.signal,
      });
      if (isWanted()) [answer, problem] = [came, ""];
    } catch (error) {
      if (isWanted()) problem = /** @type {Error} */ (error).message;
    }
    render();
  }

  return {
    /** @param {Run} run @param {Epoch} epoch */
    want(run, epoch) {
      const wanted = `${run.id} ${momentOf(run, epoch)}`;
      const address = `/api/runs/${encodeURIComponent(run.id)}/evaluation?epoch=${epoch}`;
      if (key !== wanted) void ask(address, wanted);
      return { answer, problem };
    },
    again() {
      key = "";
      render();
    },
    dispose: lifetime.dispose,
  };
}

/**
 * The images of the cell that is chosen.
 * @param {HTMLElement} panel
 * @param {() => void} render
 * @param {import("../watch/run.js").Pad} pad
 */
function createImages(panel, render, pad) {
  const lifetime = createLifetime();
  const asked = lifetime.own(createAsked(render));
  const gallery = lifetime.own(createGallery(pad));
  part(panel, "cell-gallery").append(gallery.element);
  let cell = /** @type {Cell | null} */ (null);
  let shown = "";
  let fresh = false;

  return {
    /** @param {Cell | null} chosen */
    choose(chosen) {
      if (chosen?.truth === cell?.truth && chosen?.answer === cell?.answer) return;
      cell = chosen;
      fresh = true;
    },
    /** @param {Run} run @param {Epoch} epoch @param {number[][]} counts */
    draw(run, epoch, counts) {
      part(panel, "cell").hidden = !cell;
      if (!cell) return;
      const { truth, answer } = cell;
      setText(part(panel, "cell-title"), titleOf(cell, counts[truth][answer]));
      const moment = momentOf(run, epoch);
      const seen = asked.want(run, "tested", chosenEpoch(epoch), moment);
      const waiting = part(panel, "cell-waiting");
      waiting.hidden = seen.fresh;
      setText(waiting, seen.problem || _("Loading the images…"));
      part(panel, "cell-gallery").hidden = !seen.fresh;
      if (fresh && seen.fresh) {
        fresh = false;
        part(panel, "cell").scrollIntoView({ block: "nearest" });
      }
      const key = `${run.id} ${moment} ${truth} ${answer}`;
      if (!seen.fresh || key === shown) return;
      shown = key;
      const isWanted = (/** @type {number} */ digit, /** @type {number} */ said) =>
        digit === truth && said === answer;
      gallery.show(run, itemsOf(seen.answer, isWanted), key);
    },
    dispose: lifetime.dispose,
  };
}

/** @param {Cell} cell @param {number} n */
function titleOf({ truth, answer }, n) {
  if (truth === answer) {
    return ngettext(
      "%(count)s image of a %(truth)s, correct",
      "%(count)s images of a %(truth)s, correct",
      n,
      { count: count(n), truth },
    );
  }
  return ngettext(
    "%(count)s image of a %(truth)s, predicted as %(answer)s",
    "%(count)s images of a %(truth)s, predicted as %(answer)s",
    n,
    { count: count(n), truth, answer },
  );
}

/** @param {Evaluation} evaluation */
function verdict(evaluation) {
  const right = evaluation.confusion.reduce((sum, row, digit) => sum + row[digit], 0);
  const text = _("%(right)s of %(all)s test digits correct: %(share)s; loss %(loss)s.", {
    right,
    all: evaluation.samples,
    share: percent(evaluation.accuracy),
    loss: loss(evaluation.loss),
  });
  const most = worst(evaluation.confusion);
  if (!most) return text;
  const mistake = ngettext(
    "Most frequent mistake: %(truth)s predicted as %(answer)s, once.",
    "Most frequent mistake: %(truth)s predicted as %(answer)s, %(n)s times.",
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
