// @ts-check
/** The bubble with a sentence, beside what it explains; it comes when the first one is asked for. */
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { createLifetime } from "./lifetime.js";

/** Of the glossary's entry; "" where there is none. @typedef {string | Promise<string>} Address */

/** The one bubble on the page, made when first needed. @type {ReturnType<typeof makeBubble>|null} */
let bubble = null;
/** The "?" or the term whose sentence the bubble holds. @type {HTMLElement|null} */
let owner = null;
/** The bubble's, while it is open. @type {import("./lifetime.js").Lifetime|null} */
let lifetime = null;

/**
 * Show the sentence beside `beside`, or hide it where it is shown.
 * @param {HTMLElement} beside
 * @param {string} text
 * @param {Address} [address]
 */
export function toggle(beside, text, address = "") {
  const isOpen = owner === beside;
  close();
  if (!isOpen) open(beside, text, address);
}

/** @param {HTMLElement} beside @param {string} text @param {Address} address */
function open(beside, text, address) {
  bubble ??= makeBubble();
  const { box, sentence, link } = bubble;
  owner = beside;
  owner.setAttribute("aria-expanded", "true");
  sentence.textContent = text;
  link.hidden = true;
  box.dataset.open = "";
  place(box, beside.getBoundingClientRect());
  void lead(beside, address);
  lifetime = createLifetime();
  const { signal } = lifetime;
  addEventListener("keydown", onKey, { signal });
  addEventListener("scroll", follow, { capture: true, passive: true, signal });
  addEventListener("resize", close, { signal });
  addEventListener("focusout", onLeave, { signal });
}

/** Add the link to the bubble once its address is known. @param {HTMLElement} beside @param {Address} address */
async function lead(beside, address) {
  const href = await Promise.resolve(address).catch(() => "");
  if (!href || owner !== beside || !bubble) return;
  Object.assign(bubble.link, { href, hidden: false });
  place(bubble.box, beside.getBoundingClientRect());
}

export function close() {
  if (!owner || !bubble) return;
  lifetime?.dispose();
  owner.setAttribute("aria-expanded", "false");
  owner = null;
  delete bubble.box.dataset.open;
  bubble.sentence.textContent = "";
}

/** The bubble is last on the page; Tab leads into it and on from its owner. @param {KeyboardEvent} event */
function onKey(event) {
  if (!owner || !bubble) return;
  const { link } = bubble;
  const inside = document.activeElement === link;
  if (event.key === "Escape") {
    if (inside) owner.focus();
    return close();
  }
  if (event.key !== "Tab") return;
  if (!inside && !event.shiftKey && !link.hidden && document.activeElement === owner) {
    event.preventDefault();
    link.focus();
  } else if (inside) {
    if (event.shiftKey) event.preventDefault();
    owner.focus(); // Tab goes on from here
  }
}

/**
 * Go along with the owner while it can be seen: a scroll that began before the bubble opened must not close it.
 * @param {Event} event
 */
function follow({ target }) {
  if (!owner || !bubble) return;
  const at = owner.getBoundingClientRect();
  const { top, bottom } =
    target instanceof Element ? target.getBoundingClientRect() : { top: 0, bottom: innerHeight };
  if (at.bottom <= top || at.top >= bottom) close();
  else place(bubble.box, at);
}

/** @param {FocusEvent} event */
function onLeave({ relatedTarget }) {
  if (relatedTarget !== owner && relatedTarget !== bubble?.link) close();
}

function makeBubble() {
  const sentence = el("p", { role: "status" });
  const link = el("a", {}, _("In the glossary"));
  // A press in the bubble leaves the focus where it is, so the bubble stays.
  const box = el(
    "aside",
    { class: "bubble", onmousedown: (/** @type {Event} */ event) => event.preventDefault() },
    sentence,
    link,
  );
  document.body.append(box);
  return { box, sentence, link };
}

/** Under its owner, or above it where there is no room; inside the window. @param {HTMLElement} box @param {DOMRect} at */
function place(box, at) {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 20, innerWidth - width - 8));
  const below = at.bottom + 8;
  box.style.left = `${left}px`;
  box.style.top = `${below + height < innerHeight - 8 ? below : Math.max(8, at.top - height - 8)}px`;
}
