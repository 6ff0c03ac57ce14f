// @ts-check
/** Work on the form, and what it needs (undo, faults beside their fields), which comes when it begins. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";

/** @typedef {import("./control.js").Form} Form */

/** The two buttons. @param {Form} form */
export function undoButtons(form) {
  /** @param {string} key @param {string} icon @param {string} text @param {string} keys */
  const button = (key, icon, text, keys) =>
    el(
      "button",
      {
        type: "button",
        class: "link",
        "data-key": key,
        title: `${text} (${keys})`,
        "aria-keyshortcuts": keys.replace("Ctrl", "Control"),
        disabled: true,
        onclick: () => form.steps.travel(key === "undo"),
      },
      el("span", { "aria-hidden": "true" }, icon),
      el("span", { class: "sr-only" }, text),
    );
  return el(
    "div",
    { class: "steps", role: "group", "aria-label": _("Changes to the form") },
    button("undo", "↶", _("Undo"), "Ctrl+Z"),
    button("redo", "↷", _("Redo"), "Ctrl+Shift+Z"),
  );
}

/**
 * @param {Form} form
 * @param {HTMLFormElement} element
 */
export function createSteps(form, element) {
  const { state, lifetime } = form;
  const { signal } = lifetime;
  const { config, ids, origin } = state;
  const start = { config, ids, origin };
  let editing = /** @type {import("./edit.js").Editing|null} */ (null);
  let coming = /** @type {Promise<void>|null} */ (null);
  /** What was typed in before it came. @type {Set<string|undefined>} */
  const early = new Set();

  /** What does not come is asked for again at the next touch. */
  const prepare = () => (coming ??= begin());

  async function begin() {
    const part = await fetchPart("edit", () => import("./edit.js")).catch(() => null);
    if (!part) coming = null;
    if (!part || signal.aborted) return;
    const typed = early.size === 1 ? [...early][0] : undefined;
    editing = lifetime.own(part.createEditing(form, element, start, typed));
    form.repaint();
  }

  for (const name of ["pointerdown", "focusin"])
    element.addEventListener(name, () => void prepare(), { signal });

  return {
    /** Change the draft as one step. @param {() => void} act @param {string} [typed] the field that is being typed in */
    change(act, typed) {
      if (editing) return editing.change(act, typed);
      const before = state.config;
      act();
      if (state.config === before) return;
      early.add(typed);
      void prepare();
    },

    /** @param {boolean} back undo, or redo */
    travel: (back) => editing?.travel(back),

    /** The form's keys are meant, though it was changed from elsewhere. */
    claimKeys: () => editing?.claimKeys(),

    /**
     * Begin to drag a layer by its bead.
     * @param {PointerEvent} press
     * @param {HTMLElement} bead
     * @param {HTMLElement} item what moves with it
     * @param {(to: number) => void} onDrop
     */
    async drag(press, bead, item, onDrop) {
      if (press.button !== 0) return;
      press.preventDefault();
      bead.setPointerCapture(press.pointerId);
      await prepare();
      if (bead.hasPointerCapture(press.pointerId)) editing?.drag(press, bead, item, onDrop, signal);
    },

    /** What is known about the draft changed. */
    draw() {
      if (editing) editing.draw();
      else if (state.faults.length || state.warnings.length) void prepare();
    },
  };
}
