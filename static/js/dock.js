// @ts-check
/** The phone's dock: which of the Studio's three parts is on the screen. */
import { createLifetime } from "./lifetime.js";

const buttons = () => [...document.querySelectorAll("#dock button[data-part]")];

/** @param {"build"|"watch"|"write"} part */
export function showPart(part) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  if (main.dataset.part === part) return;
  main.dataset.part = part;
  for (const button of buttons()) {
    const on = button instanceof HTMLElement && button.dataset.part === part;
    if (on) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  if (matchMedia("(max-width: 720px)").matches) scrollTo(0, 0);
  // Charts and the pad measure themselves when they come into view.
  dispatchEvent(new Event("resize"));
}

export function mountDock() {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  for (const button of buttons()) {
    const part = button instanceof HTMLElement ? button.dataset.part : undefined;
    button.addEventListener("click", () => showPart(/** @type {any} */ (part)), { signal });
  }
  return { dispose: lifetime.dispose };
}
