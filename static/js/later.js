// @ts-check
/**
 * Parts that come when they are first needed. The page names for each, in a template, the style
 * sheets and modules that it needs, so that they are requested at once and not one after another.
 */

import { byId } from "./parts.js";

/** Style sheets that are here, or on their way, by their addresses. @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * Fetch what a part needs, then its module. Rejects where something does not come; asked again, it
 * fetches that anew.
 * @template T
 * @param {string} name of the part: its template is `later-<name>`
 * @param {() => Promise<T>} load imports its module
 * @returns {Promise<T>}
 */
export async function fetchPart(name, load) {
  const wanted = request(name);
  const module = load();
  await Promise.all([module, ...wanted]);
  return module;
}

/**
 * Fetch what a part is made of before it is needed, so that only its module has to be run then.
 * @param {string} name
 */
export function prefetchPart(name) {
  // What does not come is fetched again when the part is needed, which says that it is missing.
  for (const coming of request(name)) coming.catch(() => {});
}

/** @param {string} name @returns {Promise<void>[]} its style sheets */
function request(name) {
  const { content } = byId(`later-${name}`, HTMLTemplateElement);
  const wanted = [...content.querySelectorAll('link[rel="stylesheet"]')].map(addSheet);
  // Only moved here once: a module that did not come is fetched again by its import.
  document.head.append(...content.querySelectorAll("link:not([rel=stylesheet])"));
  return wanted;
}

/** @param {Element} named in a template @returns {Promise<void>} */
function addSheet(named) {
  const address = named.getAttribute("href") ?? "";
  const known = sheets.get(address);
  if (known) return known;
  const link = /** @type {HTMLLinkElement} */ (document.importNode(named));
  /** @type {Promise<void>} */
  const coming = new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      sheets.delete(address);
      reject(new Error(`${address} did not come`));
    });
  });
  sheets.set(address, coming);
  document.head.append(link);
  return coming;
}
