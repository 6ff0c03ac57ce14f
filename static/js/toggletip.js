// @ts-check
/** A "?" that says in a sentence what a control does: by mouse, touch and keyboard. */
import { el } from "./dom.js";
import { _ } from "./i18n.js";

/** @typedef {import("./bubble.js").Address} Address */

const bubble = () => import("./bubble.js");
/** Once it is here. @type {typeof import("./bubble.js")|null} */
let loaded = null;
/** The "?" pressed last, until it is let go of. @type {HTMLElement|null} */
let pressed = null;

/**
 * The button.
 * @param {string} title what it explains, for its name
 * @param {() => string} text read when it is opened
 * @param {() => Address} [more] of the glossary's entry
 */
export function toggletip(title, text, more = () => "") {
  const press = async () => {
    pressed = button;
    loaded = await bubble();
    if (pressed === button) loaded.toggle(button, text(), more());
  };
  const button = el(
    "button",
    {
      type: "button",
      class: "tip",
      "aria-expanded": "false",
      "aria-label": _("About %(title)s", { title }),
      onclick: press,
    },
    "?",
  );
  return button;
}

/** Close the bubble of a "?", if one is open or on its way. */
export function close() {
  pressed = null;
  loaded?.close();
}
