// @ts-check
/** Undo and redo of the form: its keys, where the step was, and the offer to take back a large one. */
import { _ } from "../i18n.js";
import { letterOf } from "../keyboard.js";
import { createLifetime } from "../lifetime.js";
import { kindOf, splitArguments } from "./arguments.js";
import { createHistory } from "./history.js";
import { createOffer } from "./offer.js";
import { followed, layerIndex, nearest, parsePath } from "./paths.js";
import { labelOf } from "./train.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("./state.js").State} State */
/** @typedef {ReturnType<typeof createUndo>} Undoing */

/** How long it is marked what a step has changed. */
const MARK_MS = 1500;

/**
 * @param {Form} form
 * @param {HTMLFormElement} element
 * @param {import("./history.js").Moment} start what the form said at first
 * @param {string} [typed] the field that is being typed in since
 */
export function createUndo(form, element, start, typed) {
  const { state } = form;
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const column = element.parentElement ?? element;
  const history = createHistory(state, start, typed);
  const claimKeys = listenForKeys(column, element, travel, signal);
  const offer = lifetime.own(createOffer(element, () => travel(true)));
  // A field was left, or Enter was pressed in it.
  element.addEventListener("change", history.pause, { signal });

  /** @param {boolean} back */
  function travel(back) {
    const before = state.ids;
    const place = back ? history.undo() : history.redo();
    if (place === null) return;
    unfold(state, place);
    const shows = place === "layers" ? `layers[${changedLayer(before, state.ids)}]` : place;
    form.reshape(() => {}, focusAfter(column, place, before, state.ids));
    form.afterwards(() => {
      reveal(form, shows);
      const what = place ? labelOf(form, place) : _("the whole form");
      form.say(back ? _("Undone: %(what)s", { what }) : _("Redone: %(what)s", { what }));
    });
  }

  return {
    /** @param {() => void} act @param {string} [typed] */
    change: (act, typed) => history.change(act, { typed }),
    travel,
    claimKeys,

    /** Whether there is a step to take. */
    draw() {
      for (const [key, steps] of Object.entries({ undo: history.past, redo: history.future })) {
        const button = element.querySelector(`.steps [data-key=${key}]`);
        if (button instanceof HTMLButtonElement) button.disabled = !steps.length;
      }
      offer.draw(history.past.at(-1));
    },

    dispose: lifetime.dispose,
  };
}

/**
 * What gets the focus. From a button it stays there; from a field it goes to what has changed, as
 * the cursor does in a text; from elsewhere it goes nowhere.
 * @param {HTMLElement} column
 * @param {string} place
 * @param {number[]} before
 * @param {number[]} now
 */
function focusAfter(column, place, before, now) {
  const active = /** @type {HTMLElement} */ (document.activeElement);
  if (!column.contains(active)) return undefined;
  const key = active.dataset.key || "undo";
  const isValue = /[.]|^(name|seed)$/.test(place) && !active.closest(".steps, .undo");
  return isValue ? place : (followed(key, before, now) ?? key);
}

/** The first layer that is another one now. @param {number[]} before @param {number[]} now */
function changedLayer(before, now) {
  const at = now.findIndex((id, index) => id !== before[index]);
  return at < 0 ? now.length - 1 : at;
}

/** Open the layer whose argument is folded away. @param {State} state @param {string} place */
function unfold({ catalog, config, ids, open }, place) {
  const at = layerIndex(place);
  if (at === null) return;
  const all = kindOf(catalog, config.layers[at].type)?.arguments ?? [];
  const isFolded = splitArguments(all).folded.some(({ name }) => name === parsePath(place)[2]);
  if (isFolded) open.add(ids[at]);
}

/** Bring into view what a step has changed, and mark it. @param {Form} form @param {string} place */
function reveal({ fields, lifetime }, place) {
  const at = nearest(place, (known) => fields.has(known));
  const field = at ? fields.get(at) : undefined;
  if (!field) return;
  field.input.closest("details")?.setAttribute("open", "");
  field.element.scrollIntoView({ block: "nearest" });
  field.element.classList.add("changed");
  lifetime.later(() => field.element.classList.remove("changed"), MARK_MS);
}

/** Where keys have a meaning of their own. */
const TYPING = "input, textarea, select, dialog, [contenteditable]";

/**
 * Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, in the form and wherever the form was the last to be changed or
 * touched; the pad and other fields keep theirs. Within the form they replace the browser's own,
 * which knows one field only and forgets it when the form is made anew.
 * @param {HTMLElement} column
 * @param {HTMLElement} element
 * @param {(back: boolean) => void} travel
 * @param {AbortSignal} signal
 * @returns {() => void} to be called when the form was changed from elsewhere
 */
function listenForKeys(column, element, travel, signal) {
  let isOurs = true;
  const touch = (/** @type {Event} */ { target }) => {
    if (!(target instanceof Element)) return;
    if (column.contains(target)) isOurs = true;
    else if (target.closest(".write")) isOurs = false;
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const back = directionOf(event);
    const target = /** @type {HTMLElement} */ (event.target);
    if (back === null || event.isComposing || target.closest(".write")) return;
    if (!column.contains(target) && (!isOurs || target.closest(TYPING))) return;
    if (!element.getClientRects().length) return;
    event.preventDefault();
    travel(back);
  };
  // Before the pad, which takes the key wherever no other has.
  const options = { capture: true, signal };
  addEventListener("keydown", onKey, options);
  addEventListener("pointerdown", touch, options);
  addEventListener("focusin", touch, options);
  return () => void (isOurs = true);
}

/** true: undo, false: redo, null: another key. @param {KeyboardEvent} event */
function directionOf(event) {
  const { ctrlKey, metaKey, shiftKey, altKey } = event;
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = letterOf(event);
  if (letter === "z") return !shiftKey;
  return letter === "y" && ctrlKey && !shiftKey ? false : null;
}
