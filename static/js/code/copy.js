// @ts-check
/** Copying the text of an element. */

/**
 * Copy the element's text; where the browser forbids that, select it for the reader's own keys.
 * @param {HTMLElement} element
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyText(element) {
  try {
    // Only there where the address is secure: this machine, or https.
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
