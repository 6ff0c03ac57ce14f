// @ts-check
/**
 * The tour: three steps, one for each part of the Studio. The page stays as usable as before; the
 * tour ends at its end, at Escape, or when the reader leaves it or goes to another part by the dock.
 */

import { showPart } from "./dock.js";
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { isEscape } from "./keyboard.js";
import { createLifetime } from "./lifetime.js";
import { byId, setText } from "./parts.js";

/** @typedef {{part: "build" | "watch" | "write", title: string, text: string}} Step */

const FIELDS = "input, select, textarea";
const OPEN = ":popover-open, dialog[open], .bubble[data-open]";

/** @returns {Step[]} */
export const stepsOf = () => [
  {
    part: "build",
    title: _("Build"),
    text: _(
      "Here is the network, layer by layer; below it, how it learns, and from which digits. You can train it as it is, or change it first.",
    ),
  },
  {
    part: "watch",
    title: _("Train and watch"),
    text: _(
      "Press Train. The loss falls and the accuracy rises while the network learns. You may close the page: training continues.",
    ),
  },
  {
    part: "write",
    title: _("Write"),
    text: _(
      "Write a digit on the pad. While you write, ten bars show the probability of each digit.",
    ),
  },
];

/** The tour that is open. @type {{dispose(): void} | null} */
let open = null;

/**
 * @param {HTMLElement} main the Studio
 * @param {import("./watch/watch.js").Address} address when a run is chosen, there is something to watch
 * @param {HTMLElement | null} opener what was pressed, and gets the focus back; null: nothing was
 */
export function openTour(main, address, opener) {
  open?.dispose();
  const steps = stepsOf();
  const lifetime = createLifetime();
  let at = 0;

  const count = el("p", { class: "num" });
  const title = el("h2", { id: "tour-title", tabindex: "-1" });
  const text = el("p", { id: "tour-text", "aria-live": "polite" });
  const leave = button("link", _("End the tour"), end);
  const back = button("button", _("Previous step"), () => go(at - 1));
  const next = button("primary", "", () => (at < steps.length - 1 ? go(at + 1) : end()));
  const card = el(
    "section",
    { class: "tour", role: "dialog", "aria-labelledby": "tour-title" },
    count,
    title,
    text,
    el("div", { class: "acts" }, leave, el("div", { class: "turns" }, back, next)),
  );

  /** @param {number} step */
  function show(step) {
    at = step;
    document.body.dataset.tour = steps[at].part;
    setText(count, _("Step %(n)s of %(m)s", { n: at + 1, m: steps.length }));
    setText(title, steps[at].title);
    setText(text, steps[at].text);
    back.hidden = at === 0;
    setText(next, at < steps.length - 1 ? _("Next step") : _("Done"));
  }

  /** On a phone the part comes into view. @param {number} step */
  function go(step) {
    show(step);
    showPart(steps[at].part);
  }

  function end() {
    const hadFocus = card.contains(document.activeElement);
    lifetime.dispose();
    if (!hadFocus) return;
    const to = opener?.checkVisibility() ? opener : main;
    to.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!isEscape(event) || document.querySelector(OPEN)) return; // It closes that first.
    if (event.target instanceof Element && event.target.matches(FIELDS)) return; // It is theirs.
    event.preventDefault();
    event.stopImmediatePropagation(); // The ink on the pad stays.
    end();
  }

  /** On a phone the card would cover the part that the reader has chosen. @param {Event} event */
  function onDock({ target }) {
    const button = target instanceof Element ? target.closest("[data-part]") : null;
    if (button?.getAttribute("data-part") !== steps[at].part) lifetime.dispose();
  }

  // The columns keep as much room at their end as the card takes.
  const measured = () => document.body.style.setProperty("--card", `${card.offsetHeight}px`);
  lifetime.observe(new ResizeObserver(measured), card);
  document.addEventListener("keydown", onKey, { signal: lifetime.signal, capture: true });
  byId("dock").addEventListener("click", onDock, { signal: lifetime.signal });
  lifetime.atEnd(address.subscribe(({ run }) => void (run !== null && at === 0 && show(1))));
  lifetime.atEnd(() => {
    card.remove();
    delete document.body.dataset.tour;
    document.body.style.removeProperty("--card");
    open = null;
  });
  main.before(card);
  if (opener) {
    go(0);
    title.focus({ preventScroll: true });
  } else {
    show(0); // The first page stays in view.
    if (covers(card, byId("begin"))) lifetime.dispose();
  }
  open = { dispose: lifetime.dispose };
  return open;
}

/** Whether a card at the foot of the page reaches up to what is above. @param {Element} card @param {Element} above */
const covers = (card, above) =>
  card.getBoundingClientRect().top < above.getBoundingClientRect().bottom;

/** @param {string} name its class @param {string} words @param {() => void} act */
function button(name, words, act) {
  return el("button", { type: "button", class: name, onclick: act }, words);
}
