// @ts-check
/** The stylesheet of a tab that is fetched when it is first shown. */

/**
 * Add `static/css/<name>.css` to the page; settled when it is there, or cannot be had.
 * @param {string} name
 * @returns {Promise<void>}
 */
export function addStyles(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`../../css/${name}.css`, import.meta.url).href;
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
