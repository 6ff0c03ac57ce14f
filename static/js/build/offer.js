// @ts-check
/** What was removed or replaced, with an offer to undo it, which goes after a while. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";

/** @typedef {import("./history.js").Step} Step */

/** How long it stands, unless it is being looked at. */
const OFFER_MS = 20_000;

/**
 * @param {HTMLFormElement} element
 * @param {() => void} undo
 */
export function createOffer(element, undo) {
  const lifetime = createLifetime();
  const timer = lifetime.timer();
  /** @type {{step: Step, box: HTMLElement}|null} */
  let shown = null;
  lifetime.atEnd(() => shown?.box.remove());

  /** @param {Step} step */
  function forgetLater(step) {
    timer.start(() => {
      if (shown?.box.matches(":is(:hover, :focus-within)")) return forgetLater(step);
      step.text = null;
      draw(step);
    }, OFFER_MS);
  }

  /** @param {Step|undefined} step the newest */
  function draw(step) {
    if (shown?.step === step && step?.text) return;
    shown?.box.remove();
    shown = null;
    if (!step?.text) return;
    shown = { step, box: boxFor(step) };
    element.after(shown.box);
    forgetLater(step);
  }

  /** @param {Step} step */
  function boxFor(step) {
    const close = () => {
      step.text = null;
      draw(step);
      /** @type {HTMLElement|null} */ (element.querySelector("[data-key=preset]"))?.focus();
    };
    return el(
      "div",
      { class: "undo", role: "status" },
      el("span", {}, step.text),
      el("button", { type: "button", class: "link", onclick: undo }, _("Undo")),
      el(
        "button",
        { type: "button", class: "icon", "aria-label": _("Close"), onclick: close },
        "×",
      ),
    );
  }

  return { draw, dispose: lifetime.dispose };
}
