// @ts-check
/** Shortcuts of the pad: Ctrl+Z takes a stroke back, Escape clears. */

import { letterOf } from "../keyboard.js";
import { createLifetime } from "../lifetime.js";

/** Where keys have a meaning of their own. */
const TYPING = "input, textarea, select, dialog, [contenteditable]";

/**
 * @param {HTMLElement} root the Write column
 * @param {{undo: () => void, clear: () => void}} acts
 */
export function mountKeys(root, { undo, clear }) {
  const lifetime = createLifetime();
  document.addEventListener("keydown", onKey, { signal: lifetime.signal });
  return { dispose: lifetime.dispose };

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.defaultPrevented || event.altKey || event.shiftKey || target.closest(TYPING)) return;
    const command = event.ctrlKey || event.metaKey;
    // Elsewhere Escape may close something; here it clears.
    const here = target === document.body || root.contains(target);
    if (command && letterOf(event) === "z") {
      event.preventDefault();
      undo();
    } else if (!command && event.key === "Escape" && here) {
      clear();
    }
  }
}
