// @ts-check
/** Finding and filling elements. Templates name what scripts fill: `data-part="pill"`. */

/**
 * The element that the template calls `name`.
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => E} [kind] what it must be
 */
export const part = (root, name, kind) => checked(root, `[data-part="${name}"]`, kind);

/**
 * The element of the page that has this id.
 * @template {Element} [E=HTMLElement]
 * @param {string} id
 * @param {new () => E} [kind] what it must be
 */
export const byId = (id, kind) => checked(document, `#${id}`, kind);

/**
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} [kind]
 * @returns {E}
 */
function checked(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The template has no ${kind.name} ${selector}`);
}

/**
 * Set text only where it differs: selections and screen readers are not disturbed.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
