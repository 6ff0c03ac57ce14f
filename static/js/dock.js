// @ts-check
/** The dock of small windows: which of the Studio's three parts is on the screen. */
import { createLifetime } from "./lifetime.js";

/** @typedef {"build"|"watch"|"write"} Part */

const buttons = () =>
  /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#dock button[data-part]")]);

/** Shown or not, with whatever holds it. @param {HTMLElement} button */
const isShown = (button) => button.offsetParent !== null;

/** Where the dock has no button for a part, that one stands beside the others. @param {Part} part */
const isBeside = (part) =>
  buttons().some(isShown) &&
  buttons().some((button) => button.dataset.part === part && !isShown(button));

/** @param {Part} part */
export function showPart(part) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  if (main.dataset.part === part || isBeside(part)) return;
  main.dataset.part = part;
  for (const button of buttons()) {
    if (button.dataset.part === part) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  if (buttons().some(isShown)) scrollTo(0, 0);
  // Charts and the pad measure themselves when they come into view.
  dispatchEvent(new Event("resize"));
}

export function mountDock() {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  for (const button of buttons()) {
    const part = /** @type {Part} */ (button.dataset.part);
    button.addEventListener("click", () => showPart(part), { signal });
  }
  return { dispose: lifetime.dispose };
}
