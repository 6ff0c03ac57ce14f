// @ts-check
/**
 * A list that is drawn again and again: what did not change keeps its element, what has the focus
 * keeps it, and while something in it is pressed nothing moves, so that no click is lost.
 */

/** @typedef {{key: string, version: string, make: () => HTMLElement}} Item version: all it shows */

/**
 * @param {HTMLElement} parent only this list is in it
 * @param {{onMade?: (fresh: HTMLElement, old: HTMLElement | undefined) => void,
 *   onRemoved?: (element: HTMLElement) => void, onDrawn?: () => void}} [options]
 */
export function createKeyed(
  parent,
  { onMade = () => {}, onRemoved = () => {}, onDrawn = () => {} } = {},
) {
  /** @type {Map<string, {version: string, element: HTMLElement}>} */
  const known = new Map();
  /** What is drawn when nothing is pressed any more. @type {(() => void) | null} */
  let waiting = null;
  const life = new AbortController();
  const onFree = () => {
    const act = waiting;
    waiting = null;
    act?.();
  };
  const isPressed = watchPresses(parent, onFree, life.signal);

  /** @param {Item[]} items */
  function drawNow(items) {
    const focus = focusIn(parent);
    const elements = items.map(elementOf);
    const wanted = new Set(items.map(({ key }) => key));
    for (const [key, { element }] of known) {
      if (wanted.has(key)) continue;
      element.remove();
      onRemoved(element);
      known.delete(key);
    }
    elements.forEach((element, at) => {
      const there = parent.children[at];
      if (there !== element) parent.insertBefore(element, there ?? null);
    });
    focus?.give();
    onDrawn();
  }

  /** @param {Item} item */
  function elementOf({ key, version, make }) {
    const old = known.get(key);
    if (old?.version === version) return old.element;
    const element = make();
    element.dataset.item = key;
    onMade(element, old?.element);
    if (old) {
      old.element.replaceWith(element);
      onRemoved(old.element);
    }
    known.set(key, { version, element });
    return element;
  }

  return {
    parent,
    /** @param {Item[]} items in order */
    draw(items) {
      waiting = isPressed() ? () => drawNow(items) : null;
      if (!waiting) drawNow(items);
    },
    /** It is drawn no more: nothing listens after this. */
    end: () => life.abort(),
  };
}

/**
 * Whether a pointer or a key is down on something in `parent`; `onFree` is called after the click
 * that follows.
 * @param {HTMLElement} parent
 * @param {() => void} onFree
 * @param {AbortSignal} signal ends it
 */
function watchPresses(parent, onFree, signal) {
  let pressed = false;
  const press = () => void (pressed = true);
  const release = () => {
    if (!pressed) return;
    setTimeout(() => {
      pressed = false;
      onFree();
    });
  };
  parent.addEventListener("pointerdown", (event) => event.button === 0 && press(), {
    signal,
  });
  parent.addEventListener("keydown", (event) => event.key === " " && press(), { signal });
  for (const name of ["pointerup", "pointercancel", "contextmenu", "keyup"])
    addEventListener(name, release, { capture: true, signal });
  addEventListener("blur", release, { signal }); // of the window: what is released there is not heard here
  return () => pressed;
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
