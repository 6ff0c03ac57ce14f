// @ts-check
/** The list "with": this run, or any other with a model. */

import { isDiverged, nameWithLook, orDiverged } from "../look.js";
import { _ } from "../i18n.js";
import { el } from "../dom.js";
import { createLifetime } from "../lifetime.js";
import { isShared } from "../owners.js";
import { setText } from "../parts.js";
import { others, target } from "./choice.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("../types.js").Run} Run */

/** @typedef {[value: string, text: string, group?: string]} Entry */

/** Stands for "the run the Studio looks at"; no run's id is empty. */
const FOLLOW = "";

/**
 * @param {HTMLSelectElement} select
 * @param {(runId: string | null) => void} onChoose null: follow the Studio
 */
export function createPicker(select, onChoose) {
  const lifetime = createLifetime();
  const choose = () => onChoose(select.value || null);
  select.addEventListener("change", choose, { signal: lifetime.signal });
  return {
    /** @param {Choice} choice */
    draw(choice) {
      const wanted = optionsOf(choice);
      const same =
        wanted.length === select.options.length &&
        wanted.every(([value], n) => select.options[n].value === value);
      // An open list must not be torn down: only texts change while its entries are the same.
      if (same) wanted.forEach(([, text], n) => setText(select.options[n], text));
      else select.replaceChildren(...grouped(wanted));
      const value = choice.chosen ?? (choice.followed ? FOLLOW : (target(choice) ?? FOLLOW));
      if (select.value !== value) select.value = value;
      select.disabled = wanted.length === 1 && !choice.followed;
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {Choice} choice
 * @returns {Entry[]}
 */
function optionsOf(choice) {
  const list = others(choice).map(
    (run) => /** @type {Entry} */ ([run.id, nameWithLook(run), groupOf(run)]),
  );
  if (!choice.followed) return list.length ? list : [[FOLLOW, _("no run yet")]];
  return [[FOLLOW, followText(choice.runs.get(choice.followed), choice.epoch)], ...list];
}

/** Whose runs these are, where others use the server too. @param {Run} run */
const groupOf = ({ owner }) => (isShared() ? (owner.mine ? _("Mine") : _("Owned by others")) : "");

/** Options, and groups of them. @param {Entry[]} entries */
function grouped(entries) {
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  /** @type {HTMLElement[]} */
  const top = [];
  for (const [value, text, group = ""] of entries) {
    const made = option(value, text);
    if (!group) top.push(made);
    else if (groups.has(group)) groups.get(group)?.append(made);
    else {
      const box = el("optgroup", { label: group }, made);
      groups.set(group, box);
      top.push(box);
    }
  }
  return top;
}

/**
 * @param {Run | undefined} run
 * @param {import("./choice.js").Epoch} epoch
 */
function followText(run, epoch) {
  if (typeof epoch === "number") return _("this run, epoch %(n)s", { n: epoch });
  if (run && epoch === "newest" && isDiverged(run)) return orDiverged(run, _("this run"));
  if (!run?.epoch || run.source === "imported") return _("this run");
  if (epoch === "best") return _("this run, best epoch");
  return _("this run, epoch %(n)s", { n: run.epoch });
}

/**
 * @param {string} value
 * @param {string} text
 */
function option(value, text) {
  const element = el("option", {}, text);
  element.value = value;
  return element;
}
