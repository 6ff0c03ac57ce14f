// @ts-check
// A classic script before uPlot's, which makes a number format of the browser's language and fails
// where that is no language tag ("C" in WebKitGTK). The page's own language then takes its place.
(function () {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    const value = document.documentElement.lang;
    Object.defineProperty(navigator, "language", { value, configurable: true });
  }
})();
