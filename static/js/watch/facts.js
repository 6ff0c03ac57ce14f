// @ts-check
/** The numbers under the progress bar, each by its own name; that of the test first, once it is there. */

import { _ } from "../i18n.js";
import { clock, duration, loss, NOTHING, percent, spent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { newest, secondsAnEpoch } from "./history.js";
import { isOver } from "../statuses.js";
import { leftText } from "./words.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./history.js").History} History */

/** A test accuracy from here on is shown in green. */
const PRAISED = 0.9;

/** An imported run has nothing but its test, which comes soon after it. */
const UNTESTED = { loss: null, accuracy: null };

/**
 * What is shown of a run; null: not this one.
 * @param {Run} run
 * @param {History} history
 * @param {number} age seconds since the run was received
 */
export function factsOf(run, history, age) {
  const now = shown(run, history);
  const last = history.epochs.at(-1);
  const isTrained = run.source !== "imported" || history.epochs.length > 0;
  const isValidated = isTrained && Boolean(run.config.fit.validation_split);
  const test = testOf(run, history);
  return {
    test: test && { value: percent(test.accuracy), note: lossNote(test), praised: praised(test) },
    train: isTrained ? { value: percent(now.accuracy), note: "" } : null,
    val: isValidated
      ? {
          value: percent(last ? last.val_accuracy : run.latest?.val_accuracy),
          note: bestText(run, history),
        }
      : null,
    loss: isTrained ? { value: loss(now.loss), note: "" } : null,
    left: test ? null : timeOf(run, history, age),
  };
}

/** @param {HTMLElement} root */
export function createFacts(root) {
  /** @param {string} name @param {string} value @param {{value: string, note: string} | null} fact */
  function set(name, value, fact) {
    part(root, `${name}-fact`).hidden = !fact;
    if (!fact) return;
    setText(part(root, value), fact.value);
    const note = root.querySelector(`[data-part="${name}-note"]`);
    if (note) setText(note, fact.note);
  }

  return {
    /** @param {Watching} state */
    draw({ run, receivedAt, history }) {
      if (!run) return;
      const facts = factsOf(run, history, (Date.now() - receivedAt) / 1000);
      set("test", "test", facts.test);
      set("train", "accuracy", facts.train);
      set("val", "val", facts.val);
      set("loss", "loss", facts.loss);
      set("left", "left", facts.left);
      if (facts.left) setText(part(root, "left-title"), facts.left.title);
      part(root, "test-fact").classList.toggle("praised", Boolean(facts.test?.praised));
    },
    dispose() {}, // It holds nothing but elements.
  };
}

/** The test of a run that is over. @param {Run} run @param {History} history */
function testOf(run, history) {
  const test = run.test ?? history.test ?? (run.source === "imported" ? UNTESTED : null);
  return isOver(run) ? test : null;
}

/** @param {{loss: number | null}} test */
const lossNote = (test) =>
  test.loss === null ? "" : _("loss %(loss)s", { loss: loss(test.loss) });

/** @param {{accuracy: number | null}} test */
const praised = ({ accuracy }) => (accuracy ?? 0) >= PRAISED;

/** How long it took, or still takes. @param {Run} run @param {History} history @param {number} age */
function timeOf(run, history, age) {
  const each = secondsAnEpoch(history);
  const note = each === null ? "" : _("%(time)s per epoch", { time: duration(each) });
  if (isOver(run)) return { title: _("Time"), value: clock(spent(run)), note };
  return { title: _("Time left"), value: leftText(run, history, age) || NOTHING, note };
}

/**
 * The newest loss and accuracy; once it is over those of the model that stays.
 * @param {Run} run
 * @param {History} history
 */
function shown(run, history) {
  if (isOver(run) && history.epochs.length) return history.epochs[history.epochs.length - 1];
  if (history.epochs.length || history.now) return newest(history);
  return run.latest ?? {};
}

/**
 * The best epoch is the one with the best validation accuracy.
 * @param {Run} run
 * @param {History} history
 */
function bestText(run, history) {
  const best = history.best ?? run.best;
  if (!best || typeof best.val_accuracy !== "number") return "";
  const last = history.epochs.at(-1)?.epoch ?? run.epoch;
  if (best.epoch === last)
    return isOver(run)
      ? _("best in validation: epoch %(n)s", { n: last })
      : _("the best in validation so far");
  return _("best in validation: %(value)s, epoch %(n)s", {
    value: percent(best.val_accuracy),
    n: best.epoch,
  });
}
