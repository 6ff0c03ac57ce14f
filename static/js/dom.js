// @ts-check
/** Making elements: the few lines that stand in for a framework. */

/** @typedef {Node|string|number|null|undefined|false} Child */

/** Set as properties, not attributes. */
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "indeterminate"]);

/**
 * An element. `on…` keys are listeners; null, undefined and false leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  append(element, children);
  setAttributes(element, attributes);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Child|Child[])} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** @param {Element} element @param {(Child|Child[])[]} children */
function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** @param {Element} element @param {Record<string, any>} attributes */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) /** @type {any} */ (element)[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, String(value));
  }
}

/**
 * Do it once before the next frame, however often it is asked for.
 * @param {() => void} repaint
 * @param {AbortSignal} [signal] ends it
 */
export function oncePerFrame(repaint, signal) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (!signal?.aborted) repaint();
    });
  };
}

/**
 * Do it at once, but not again within `ms`: what is asked for meanwhile is done once, then.
 * @param {number} ms
 * @param {() => void} act
 * @param {import("./lifetime.js").Lifetime} lifetime ends it
 */
export function atMostEvery(ms, act, lifetime) {
  let resting = false;
  let asked = false;
  const go = () => {
    resting = asked;
    if (!asked) return;
    asked = false;
    lifetime.later(go, ms);
    act();
  };
  return () => {
    if (lifetime.signal.aborted) return;
    asked = true;
    if (!resting) go();
  };
}
