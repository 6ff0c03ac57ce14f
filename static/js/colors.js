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
 * Call when day turns to night or back.
 * @param {() => void} listener
 * @param {AbortSignal} [signal] ends it
 */
export function onThemeChange(listener, signal) {
  document.documentElement.addEventListener("themechange", listener, { signal });
}
