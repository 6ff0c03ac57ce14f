// @ts-check
/** The browser's storage as tests need it: keys are properties, as in a browser. */

/** @returns {Storage} */
export function fakeArea() {
  const methods = {
    getItem: (/** @type {string} */ key) => area[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void (area[key] = text),
    removeItem: (/** @type {string} */ key) => void delete area[key],
  };
  /** @type {any} */
  const area = Object.create(methods);
  return area;
}
