// @ts-check
/** Which weights the tabs look at: the newest, the best epoch's, or another one that is kept. */

import { untilAnswered } from "../again.js";
import { get } from "../api.js";
import { atMostEvery, el } from "../dom.js";
import { momentOf } from "../moment.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { percent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { at } from "../root.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("../moment.js").Epoch} Epoch */
/** @typedef {import("../types.js").Checkpoint} Checkpoint */

/** Tabs that show the same whichever weights are chosen. @type {Set<string>} */
const OF_THE_RUN = new Set(["curves", "code"]);

/** Milliseconds between two questions which epochs are kept, while many pass. */
const REFRESH_MS = 1000;

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 * @param {import("./run.js").Steer} steer
 */
export function createKept(root, state, render, steer) {
  const select = part(root, "epoch-choice", HTMLSelectElement);
  let moment = "";
  let asked = 0;
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const refresh = atMostEvery(REFRESH_MS, () => void ask(state.runId ?? ""), lifetime);
  const change = () => {
    const value = select.value;
    steer.choose({ epoch: value === "newest" || value === "best" ? value : Number(value) });
  };
  select.addEventListener("change", change, { signal });

  /** @param {string} id */
  async function ask(id) {
    const isWanted = () => id === state.runId && mine === asked && !signal.aborted;
    const mine = ++asked;
    try {
      const path = `/api/runs/${encodeURIComponent(id)}/checkpoints`;
      const { checkpoints } = await untilAnswered(() => get(path), { isWanted, signal });
      if (!isWanted()) return;
      state.kept = checkpoints;
    } catch {
      return; // The newest weights can be chosen all the same.
    }
    render();
  }

  return {
    /** @param {Watching} watching */
    draw({ run, tab, epoch, kept }) {
      if (!run) return;
      const shown = !OF_THE_RUN.has(tab);
      const now = `${run.id} ${momentOf(run, "newest")}`;
      if ((shown || epoch !== "newest") && moment !== now) {
        moment = now;
        refresh();
      }
      part(root, "of-epoch").hidden = !shown || kept.length < 2;
      const address = `/api/runs/${encodeURIComponent(run.id)}/model?format=keras&epoch=${epoch}`;
      part(root, "epoch-download", HTMLAnchorElement).href = at(address);
      fill(select, optionsOf(run, kept), String(epoch));
      if (kept.length && !isKept(kept, epoch)) steer.miss("epoch", missedText(epoch));
    },
    dispose: lifetime.dispose,
  };
}

/** @param {Checkpoint[]} kept @param {Epoch} epoch */
const isKept = (kept, epoch) =>
  epoch === "newest" || kept.some((one) => (epoch === "best" ? one.best : one.epoch === epoch));

/** @param {Epoch} epoch */
const missedText = (epoch) =>
  typeof epoch === "number"
    ? _("The weights of epoch %(n)s are not kept; these are the newest.", { n: epoch })
    : _("This run has no best epoch yet; these are the newest weights.");

/**
 * @param {import("../types.js").Run} run
 * @param {Checkpoint[]} kept ascending
 * @returns {[string, string][]} value and text
 */
function optionsOf(run, kept) {
  const best = kept.find((one) => one.best);
  const one = (/** @type {Checkpoint} */ checkpoint) =>
    /** @type {[string, string]} */ ([String(checkpoint.epoch), textOf(checkpoint)]);
  return [
    ["newest", _("newest (epoch %(n)s)", { n: run.epoch })],
    ...(best ? [/** @type {[string, string]} */ (["best", bestText(best)])] : []),
    ...kept.map(one).reverse(),
  ];
}

/** @param {Checkpoint} checkpoint */
function bestText({ epoch, val_accuracy: val }) {
  if (typeof val !== "number") return _("★ best (epoch %(n)s, in training)", { n: epoch });
  return _("★ best (epoch %(n)s: %(share)s in validation)", { n: epoch, share: percent(val) });
}

/** @param {Checkpoint} checkpoint */
function textOf({ epoch, val_accuracy: val }) {
  if (epoch === 0) return _("epoch 0: before training");
  if (typeof val !== "number") return _("epoch %(n)s", { n: epoch });
  return _("epoch %(n)s: %(share)s in validation", { n: epoch, share: percent(val) });
}

/**
 * An open list must not be torn down: only texts change while its entries are the same.
 * @param {HTMLSelectElement} select
 * @param {[string, string][]} options
 * @param {string} chosen
 */
export function fill(select, options, chosen) {
  const same =
    options.length === select.options.length &&
    options.every(([value], n) => select.options[n].value === value);
  if (same) options.forEach(([, text], n) => setText(select.options[n], text));
  else select.replaceChildren(...options.map(([value, text]) => el("option", { value }, text)));
  if (select.value !== chosen) select.value = chosen;
}
