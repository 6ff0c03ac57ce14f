// @ts-check
/** The list of layers to add: every kind there is, in groups, with a sentence of help each. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { isEscape } from "../keyboard.js";
import { setText } from "../parts.js";
import { grouped, matches } from "./kinds.js";
import { newLayer, placeFor } from "./layers.js";
import { addLayer } from "./state.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").LayerKind} LayerKind */
/** @typedef {{button: HTMLElement, kind: LayerKind, group: string, section: HTMLElement}} Choice */

/** What the arrow keys do in the list. @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * @param {HTMLElement} place
 * @param {Form} form
 * @param {() => void} close
 * @returns {import("../render.js").View<LayerKind[]>} drawn each time it opens
 */
export function createMenu(place, form, close) {
  const search = el("input", {
    class: "input",
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: _("Search the layers"),
    "aria-label": _("Search the layers"),
    oninput: show,
  });
  const none = el("p", { class: "none", role: "status" });
  const list = el("div", { class: "kinds" });
  /** @type {Choice[]} */
  let choices = [];
  place.replaceChildren(search, none, list);
  place.addEventListener("keydown", onKey);

  const shown = () => choices.filter(({ button }) => !button.hidden);

  function show() {
    for (const { button, kind, group } of choices)
      button.hidden = !matches(kind, group, search.value.trim());
    for (const { section } of choices)
      section.hidden = !section.querySelector("button:not([hidden])");
    setText(none, shown().length ? "" : _("No layer matches."));
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.isComposing) return;
    // A search field empties itself at Escape, and the list would stay.
    if (isEscape(event)) return void (event.preventDefault(), close());
    const isInSearch = event.target === search;
    if (isInSearch && event.key === "Enter") shown()[0]?.button.click();
    const next = isInSearch ? fromSearch(event.key) : fromChoice(event);
    if (next) next.focus();
    if (next || (isInSearch && event.key === "Enter")) event.preventDefault();
  }

  /** @param {string} key */
  const fromSearch = (key) => (key === "ArrowDown" ? shown()[0]?.button : undefined);

  /** @param {KeyboardEvent} event */
  function fromChoice({ key, target }) {
    const all = shown().map(({ button }) => button);
    const at = all.indexOf(/** @type {HTMLElement} */ (target));
    if (key === "Home") return all[0];
    if (key === "End") return all.at(-1);
    if (at + STEPS[key] < 0) return search;
    return all[at + STEPS[key]];
  }

  /** @param {LayerKind} kind */
  function add(kind) {
    const { state } = form;
    const at = placeFor(state.config.layers, kind.type);
    close();
    form.reshape(() => void addLayer(state, at, newLayer(kind)), `layers[${at}]`);
  }

  /** @param {LayerKind[]} kinds */
  function fill(kinds) {
    choices = [];
    const sections = grouped(kinds).map(([group, own]) => {
      const section = el("section", { "aria-label": group }, el("h3", {}, group));
      for (const kind of own) {
        const button = choice(kind, () => add(kind));
        section.append(button);
        choices.push({ button, kind, group, section });
      }
      return section;
    });
    list.replaceChildren(...sections);
  }

  return {
    draw(kinds) {
      if (!choices.length) fill(kinds);
      search.value = "";
      show();
      // A finger would get a keyboard over the list.
      const first = matchMedia("(pointer: coarse)").matches ? place.parentElement : search;
      requestAnimationFrame(() => first?.focus());
    },
    dispose() {}, // Its listeners are on its own elements, and on its place, which ends with it.
  };
}

/** @param {LayerKind} kind @param {() => void} onclick */
const choice = (kind, onclick) =>
  el(
    "button",
    { type: "button", class: kind.learns ? "learn" : null, onclick },
    el("strong", {}, kind.title, kind.title === kind.type ? null : el("code", {}, kind.type)),
    el("span", {}, kind.help),
  );
