// @ts-check
/** The stylesheet's colours, for what is drawn on a canvas. */

/**
 * The value of a token now, e.g. `color("--train")`.
 * @param {string} token
 */
export function color(token) {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/**
 * Be told when day turns to night or back.
 * @param {() => void} listener
 */
export function onThemeChange(listener) {
  document.documentElement.addEventListener("themechange", listener);
}
