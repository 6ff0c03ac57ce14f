// @ts-check
/** The header's buttons, on every page. */

/** Keep the language for a year and ask for the page again in it. @param {string} language */
function setLanguage(language) {
  document.cookie = `lang=${language}; path=/; max-age=31536000; samesite=lax`;
  location.replace(location.pathname + location.search); // a reload would send a form once more
}

function toggleTheme() {
  const detail = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  dispatchEvent(new CustomEvent("inkling:theme", { detail }));
}

const language = document.getElementById("language");
language?.addEventListener("click", () => setLanguage(language.dataset.lang ?? "en"));
document.getElementById("theme")?.addEventListener("click", toggleTheme);
