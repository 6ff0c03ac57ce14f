// @ts-check
/** Finding and filling elements. Templates name what scripts fill: `data-part="pill"`. */

/**
 * The element that the template calls `name`.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {any} the template decides which element it is
 */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!found) throw new Error(`The template has no part "${name}"`);
  return found;
}

/**
 * Set text only where it differs: selections and screen readers are not disturbed.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
