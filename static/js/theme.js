// @ts-check
// A classic script in <head>, so that the page never flashes in the other theme.
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** The theme chosen by hand, or null: as the system says. */
  function chosen() {
    try {
      return localStorage.getItem("inkling.theme");
    } catch {
      return null;
    }
  }

  function apply() {
    root.dataset.theme = chosen() ?? (dark.matches ? "dark" : "light");
    root.dispatchEvent(new Event("themechange"));
  }

  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("inkling:theme", (event) => {
    try {
      localStorage.setItem("inkling.theme", /** @type {CustomEvent} */ (event).detail);
    } catch {
      // Private windows may refuse to keep it: then the choice lasts as long as the page.
    }
    root.dataset.theme = /** @type {CustomEvent} */ (event).detail;
    root.dispatchEvent(new Event("themechange"));
  });
  apply();
})();
