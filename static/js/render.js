// @ts-check
/**
 * The only importer of lit-html: templates, and places that a template fills. What a template shows
 * is computed in modules without DOM, which never import this one.
 */
import { nothing, render } from "../vendor/lit-html/lit-html.js";
import { Directive, directive } from "../vendor/lit-html/directive.js";
export { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
export { guard } from "../vendor/lit-html/directives/guard.js";
export { keyed } from "../vendor/lit-html/directives/keyed.js";
export { repeat } from "../vendor/lit-html/directives/repeat.js";

/**
 * A part of the page that is drawn again and again.
 * @template S what it shows
 * @typedef {{draw(state: S): void, dispose(): void}} View
 */

/**
 * A place that a template fills. Elements stay for as long as their template is the same, so
 * focus, selections and open menus stay too.
 * @template S
 * @param {HTMLElement} place without content of its own
 * @param {(state: S) => unknown} template
 * @returns {View<S>}
 */
export function createView(place, template) {
  // lit-html remembers by this node what it drew, so a new view of the place begins anew.
  const end = place.appendChild(document.createComment(""));
  const draw = (/** @type {unknown} */ content) =>
    keepFocus(place, () => render(content, place, { renderBefore: end }));
  return {
    draw: (state) => draw(template(state)),
    dispose() {
      draw(nothing);
      end.remove();
    },
  };
}

/**
 * Give the focus back to an element that lost it only because it was moved.
 * @param {HTMLElement} place
 * @param {() => void} act
 */
function keepFocus(place, act) {
  const active = document.activeElement;
  act();
  if (!(active instanceof HTMLElement) || active === document.activeElement) return;
  if (place.contains(active)) active.focus({ preventScroll: true });
}

class Styled extends Directive {
  /** @param {Record<string, string>} _properties */
  render(_properties) {
    return nothing;
  }

  /**
   * @param {import("lit-html/directive.js").ElementPart} part
   * @param {[Record<string, string>]} values
   */
  update(part, [properties]) {
    const { style } = /** @type {HTMLElement} */ (part.element);
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    return nothing;
  }
}

/**
 * Set properties of an element's style: `<td ${styled({ "--share": "0.5" })}>`. The content policy
 * forbids style attributes, not properties that a script sets.
 */
export const styled = directive(Styled);
