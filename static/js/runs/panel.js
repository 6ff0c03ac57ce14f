// @ts-check
/** The choice of columns: a button, and a panel of checkboxes that the template has made. */
import { createLifetime } from "../lifetime.js";
import { isEscape } from "../keyboard.js";
import { byId } from "../parts.js";

/** @typedef {import("./columns.js").Column} Column */

const boxes = () => [
  .../** @type {NodeListOf<HTMLInputElement>} */ (
    byId("columns").querySelectorAll('input[name="column"]')
  ),
];

/** All columns, as the template names them. @returns {Column[]} */
export const allColumns = () =>
  boxes().map((box) => ({
    id: box.value,
    label: box.labels?.[0]?.textContent?.trim() ?? box.value,
    kind: box.dataset.kind ?? "number",
  }));

/**
 * @param {object} acts
 * @param {(id: string, isShown: boolean) => void} acts.onChange
 * @param {() => void} acts.onReset
 */
export function mountPanel({ onChange, onReset }) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const button = byId("columns-button");
  const panel = byId("columns");

  /** @param {boolean} isOpen */
  function open(isOpen) {
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) byId("columns-title").focus();
    else button.focus();
  }

  const toggle = () => open(panel.hidden);
  const close = () => open(false);
  const onKey = (/** @type {KeyboardEvent} */ event) => isEscape(event) && close();
  const change = (/** @type {Event} */ { target }) => {
    const { value, checked } = /** @type {HTMLInputElement} */ (target);
    onChange(value, checked);
  };
  button.addEventListener("click", toggle, { signal });
  byId("columns-close").addEventListener("click", close, { signal });
  byId("columns-reset").addEventListener("click", onReset, { signal });
  panel.addEventListener("keydown", onKey, { signal });
  panel.addEventListener("change", change, { signal });

  return {
    /** Tick those that are shown; the last one cannot be hidden. @param {readonly string[]} ids */
    show(ids) {
      for (const box of boxes()) {
        box.checked = ids.includes(box.value);
        box.disabled = box.checked && ids.length === 1;
      }
    },
    dispose: lifetime.dispose,
  };
}
