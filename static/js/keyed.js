// @ts-check
/**
 * A list that is drawn again and again: what did not change keeps its element, what has the focus
 * keeps it, and while something in it is pressed nothing moves, so that no click is lost.
 */

import { betweenPresses } from "./presses.js";

/** @typedef {{key: string, version: string, make: () => HTMLElement}} Item version: all it shows */

/** @param {HTMLElement} parent only this list is in it */
export function createKeyed(parent) {
  /** @type {Map<string, {version: string, element: HTMLElement}>} */
  const known = new Map();

  /** @param {Item[]} items in order */
  function draw(items) {
    const focus = focusIn(parent);
    const elements = items.map(elementOf);
    const wanted = new Set(items.map(({ key }) => key));
    for (const [key, { element }] of known) {
      if (wanted.has(key)) continue;
      element.remove();
      known.delete(key);
    }
    elements.forEach((element, at) => {
      const there = parent.children[at];
      if (there !== element) parent.insertBefore(element, there ?? null);
    });
    focus?.give();
  }

  /** @param {Item} item */
  function elementOf({ key, version, make }) {
    const old = known.get(key);
    if (old?.version === version) return old.element;
    const element = make();
    element.dataset.item = key;
    old?.element.replaceWith(element);
    known.set(key, { version, element });
    return element;
  }

  return betweenPresses(parent, draw);
}

/**
 * Where the focus is in the list, so that it can be given to the element that takes that place.
 * @param {HTMLElement} parent
 */
function focusIn(parent) {
  const active = document.activeElement;
  const item = active?.closest("[data-item]");
  if (!(active instanceof HTMLElement) || !(item instanceof HTMLElement)) return null;
  if (item.parentElement !== parent) return null;
  const key = item.dataset.item ?? "";
  const steps = stepsTo(item, active);
  return {
    give() {
      if (document.activeElement === active) return;
      const fresh = parent.querySelector(`:scope > [data-item="${CSS.escape(key)}"]`);
      const target = fresh && (active.isConnected ? active : follow(fresh, steps));
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    },
  };
}

/** @param {Element} from @param {Element} to @returns {number[]} which child, level by level */
function stepsTo(from, to) {
  const steps = [];
  for (let at = to; at !== from; at = /** @type {Element} */ (at.parentElement))
    steps.unshift([.../** @type {Element} */ (at.parentElement).children].indexOf(at));
  return steps;
}

/** @param {Element} from @param {number[]} steps */
function follow(from, steps) {
  let at = /** @type {Element | undefined} */ (from);
  for (const step of steps) at = at?.children[step];
  return at;
}
