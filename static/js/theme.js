// @ts-check
// A classic script in <head>, so that the page never flashes in the other theme. It only reads what
// storage.js keeps: it runs before any module can.
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = kept();

  /** The theme chosen by hand, or null: as the system says. */
  function kept() {
    try {
      return localStorage.getItem("inkling.theme");
    } catch {
      return null; // Cookies are blocked: reading the property itself throws.
    }
  }

  function apply() {
    root.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
    root.dispatchEvent(new Event("themechange"));
  }

  dark.addEventListener("change", apply);
  addEventListener("storage", () => {
    chosen = kept();
    apply();
  });
  addEventListener("inkling:theme", (event) => {
    chosen = /** @type {CustomEvent} */ (event).detail;
    apply();
  });
  apply();
})();
