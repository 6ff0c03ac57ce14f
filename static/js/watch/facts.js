// @ts-check
/** The four numbers under the progress bar. */

import { _ } from "../i18n.js";
import { clock, duration, loss, percent, spent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { newest, secondsAnEpoch } from "./history.js";
import { isOver } from "../statuses.js";
import { secondsLeft } from "./words.js";

/** @typedef {import("./watch.js").Watching} Watching */

/** A test accuracy from here on is shown in green. */
const PRAISED = 0.9;

/** An imported run has nothing but its test, which comes soon after it. */
const UNTESTED = { loss: null, accuracy: null };

/** @param {HTMLElement} root */
export function createFacts(root) {
  const set = (/** @type {string} */ name, /** @type {string} */ text) =>
    setText(part(root, name), text);

  return {
    /** @param {Watching} state */
    draw({ run, receivedAt, history }) {
      if (!run) return;
      const now = shown(run, history);
      set("loss", loss(now.loss));
      set("accuracy", percent(now.accuracy));
      const last = history.epochs.at(-1);
      set("val", percent(last ? last.val_accuracy : run.latest?.val_accuracy));
      set("val-note", bestText(history, run));
      const test = run.test ?? history.test ?? (run.source === "imported" ? UNTESTED : null);
      if (test && isOver(run)) drawTest(test);
      else drawLeft(run, history, (Date.now() - receivedAt) / 1000);
    },
    dispose() {}, // It holds nothing but elements.
  };

  /** @param {{loss: number | null, accuracy: number | null}} test */
  function drawTest(test) {
    set("left-title", _("Test accuracy"));
    set("left", percent(test.accuracy));
    set("left-note", test.loss === null ? "" : _("loss %(loss)s", { loss: loss(test.loss) }));
    part(root, "left-fact").classList.toggle("tested-fact", (test.accuracy ?? 0) >= PRAISED);
  }

  /**
   * @param {import("../types.js").Run} run
   * @param {import("./history.js").History} history
   * @param {number} age seconds since the run was received
   */
  function drawLeft(run, history, age) {
    const each = secondsAnEpoch(history);
    set("left-title", isOver(run) ? _("Time") : _("Time left"));
    set("left", isOver(run) ? clock(spent(run)) : clock(secondsLeft(run, history, age)));
    set("left-note", each === null ? "" : _("%(time)s an epoch", { time: duration(each) }));
    part(root, "left-fact").classList.remove("tested-fact");
  }
}

/**
 * The newest loss and accuracy; once it is over those of the model that stays.
 * @param {import("../types.js").Run} run
 * @param {import("./history.js").History} history
 */
function shown(run, history) {
  if (isOver(run) && history.epochs.length) return history.epochs[history.epochs.length - 1];
  if (history.epochs.length || history.now) return newest(history);
  return run.latest ?? {};
}

/**
 * @param {import("./history.js").History} history
 * @param {import("../types.js").Run} run
 */
function bestText(history, run) {
  const best = history.best ?? run.best;
  if (!best || typeof best.val_accuracy !== "number") return "";
  const last = history.epochs.at(-1)?.epoch ?? run.epoch;
  if (best.epoch === last)
    return isOver(run) ? _("best, epoch %(n)s", { n: last }) : _("the best so far");
  return _("best %(value)s, epoch %(n)s", { value: percent(best.val_accuracy), n: best.epoch });
}
