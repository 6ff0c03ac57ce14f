// @ts-check
/** What an experiment changes against its partner, as a small table and a line for the rest. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";

/** @typedef {import("./state.js").Fact} Fact */

/**
 * The facts that differ, each with what the partner has; without a partner: those worth naming.
 * @param {Fact[]} own
 * @param {Fact[]|null} partner
 * @returns {{changed: {label: string, value: string, before: string}[], same: Fact[]}}
 */
export function compared(own, partner) {
  const before = new Map((partner ?? []).map(({ name, value }) => [name, value]));
  const differs = (/** @type {Fact} */ { name, value, usual }) =>
    partner ? before.get(name) !== value : !usual;
  return {
    changed: own
      .filter(differs)
      .map(({ name, label, value }) => ({ label, value, before: before.get(name) ?? "" })),
    same: own.filter((fact) => !differs(fact)),
  };
}

/** @param {import("./state.js").State} state @param {import("./state.js").Lesson} lesson */
export function changes({ answer, size }, { experiment, partner }) {
  const facts = (/** @type {string} */ name) => answer.experiments[name].sizes[size].facts;
  const { changed, same } = compared(facts(experiment), partner ? facts(partner) : null);
  const head = (/** @type {string} */ name) =>
    el("th", { scope: "col" }, `${name} · ${answer.experiments[name].title}`);
  return [
    el(
      "table",
      {},
      el("caption", {}, partner ? _("What changes") : _("The set-up")),
      partner && el("thead", {}, el("tr", {}, el("td"), head(partner), head(experiment))),
      el("tbody", {}, ...changed.map((fact) => row(fact, Boolean(partner)))),
    ),
    same.length > 0 &&
      el(
        "details",
        {},
        el("summary", {}, _("What stays the same")),
        el(
          "dl",
          {},
          ...same.flatMap(({ label, value }) => [el("dt", {}, label), el("dd", {}, value)]),
        ),
      ),
  ].filter((node) => node instanceof Node);
}

/** Keras' long names may be broken at their underscores. @param {string} value */
const breakable = (value) =>
  value.split(/(?<=_)/).flatMap((piece, at) => (at ? [el("wbr"), piece] : [piece]));

/** @param {{label: string, value: string, before: string}} fact @param {boolean} two */
function row({ label, value, before }, two) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, label),
    two && el("td", { class: "before" }, ...breakable(before)),
    el("td", { class: "now" }, ...breakable(value)),
  );
}
