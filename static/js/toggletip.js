// @ts-check
/** A "?" that says in a sentence what a control does: by mouse, touch and keyboard. */
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { createLifetime } from "./lifetime.js";

/** The one bubble on the page, made when first needed. @type {HTMLElement|null} */
let bubble = null;
/** The "?" whose sentence the bubble holds. @type {HTMLElement|null} */
let owner = null;
/** The bubble's, while it is open. @type {import("./lifetime.js").Lifetime|null} */
let lifetime = null;

/**
 * The button.
 * @param {string} title what it explains, for its name
 * @param {() => string} text read when it is opened
 */
export function toggletip(title, text) {
  const button = el(
    "button",
    {
      type: "button",
      class: "tip",
      "aria-expanded": "false",
      "aria-label": _("About %(title)s", { title }),
      onclick: () => (owner === button ? close() : open(button, text())),
      onblur: () => owner === button && close(),
    },
    "?",
  );
  return button;
}

/** @param {HTMLElement} button @param {string} text */
function open(button, text) {
  close();
  bubble ??= makeBubble();
  owner = button;
  button.setAttribute("aria-expanded", "true");
  bubble.textContent = text;
  bubble.dataset.open = "";
  place(bubble, button.getBoundingClientRect());
  lifetime = createLifetime();
  const { signal } = lifetime;
  addEventListener("keydown", (event) => event.key === "Escape" && close(), { signal });
  addEventListener("scroll", close, { capture: true, passive: true, signal });
  addEventListener("resize", close, { signal });
}

export function close() {
  if (!owner || !bubble) return;
  lifetime?.dispose();
  owner.setAttribute("aria-expanded", "false");
  owner = null;
  delete bubble.dataset.open;
  bubble.textContent = "";
}

function makeBubble() {
  const made = el("div", { class: "bubble", role: "status" });
  document.body.append(made);
  return made;
}

/** Under the button, or above it where there is no room; inside the window. @param {HTMLElement} box @param {DOMRect} at */
function place(box, at) {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 20, innerWidth - width - 8));
  const below = at.bottom + 8;
  box.style.left = `${left}px`;
  box.style.top = `${below + height < innerHeight - 8 ? below : Math.max(8, at.top - height - 8)}px`;
}
