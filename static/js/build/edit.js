// @ts-check
/** What the form needs as soon as somebody works on it: undo, what is wrong beside its field, dragging. */
import { el } from "../dom.js";
import { drag } from "./drag.js";
import { createUndo } from "./undo.js";
import { showProblems } from "./warnings.js";

/** @typedef {ReturnType<typeof createEditing>} Editing */

/**
 * @param {import("./control.js").Form} form
 * @param {HTMLFormElement} element
 * @param {import("./history.js").Moment} start what the form said at first
 * @param {string} [typed] the field that is being typed in since
 */
export function createEditing(form, element, start, typed) {
  const undo = createUndo(form, element, start, typed);
  return {
    ...undo,
    drag,

    draw() {
      undo.draw();
      const left = showProblems(form).map(({ message }) => el("p", { class: "warning" }, message));
      element.querySelector(".notes")?.replaceChildren(...left);
    },
  };
}
