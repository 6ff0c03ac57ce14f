// @ts-check
/** Shortcuts of the pad: Ctrl+Z takes a stroke back, Escape clears. */

/**
 * @param {HTMLElement} root the Write column
 * @param {{undo: () => void, clear: () => void}} acts
 */
export function mountKeys(root, { undo, clear }) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const here = target === document.body || root.contains(target);
    if (!here || event.defaultPrevented || target.closest("select, dialog")) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      undo();
    } else if (
      plain &&
      (event.key === "Escape" || (event.key === "Delete" && target !== document.body))
    ) {
      clear();
    }
  });
}
