// @ts-check
/** The header's buttons, on every page. */
import { sayFailed } from "./mount.js";
import { storage } from "./storage.js";
import { root, within } from "./root.js";

/**
 * Keep the language for a year and ask for the page again in it. Where the browser takes no cookie,
 * the address names it.
 * @param {string} language
 */
function setLanguage(language) {
  document.cookie = `lang=${language}; path=${root || "/"}; max-age=31536000; samesite=lax`;
  const url = new URL(location.href);
  url.searchParams.delete("lang");
  if (!keepsCookies()) url.searchParams.set("lang", language);
  location.replace(url.pathname + url.search); // a reload would send a form once more
}

const keepsCookies = () => /(^|; )lang=/.test(document.cookie);

/** Keep the language of the address on the way to another page. @param {MouseEvent} event */
function carryLanguage(event) {
  const link = /** @type {Element} */ (event.target).closest?.("a[href]");
  const language = new URL(location.href).searchParams.get("lang");
  if (!(link instanceof HTMLAnchorElement) || !language || keepsCookies()) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || within(url.pathname).startsWith("/api/")) return;
  url.searchParams.set("lang", language);
  link.href = url.href;
}

function toggleTheme() {
  const detail = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  storage.write("inkling.theme", detail);
  dispatchEvent(new CustomEvent("inkling:theme", { detail }));
}

/**
 * A page whose own script cannot be fetched or throws as it starts says so; parts that fail alone,
 * and the scripts of others, are not shown here.
 * @param {ErrorEvent | Event} event
 */
function noteFailure(event) {
  const { target } = event;
  const source =
    target instanceof HTMLScriptElement ? target.src : "filename" in event && event.filename;
  if (document.readyState === "complete" || !source || !source.includes("/js/")) return;
  const place = document.createElement("div");
  document.getElementById("main")?.prepend(place);
  sayFailed(place, event, () => location.reload());
}

/**
 * A click on a term shows its sentence; where the script for that does not come, it is a link like
 * others, as it is with a key held down.
 * @param {MouseEvent} event
 */
function explainTerm(event) {
  const link = /** @type {Element} */ (event.target).closest?.("a.term");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  event.preventDefault();
  const terms = () => import("./terms.js");
  terms().then(
    ({ explain }) => explain(link),
    () => location.assign(link.href),
  );
}

const language = document.getElementById("language");
language?.addEventListener("click", () => setLanguage(language.dataset.lang ?? "en"));
document.getElementById("theme")?.addEventListener("click", toggleTheme);
addEventListener("click", carryLanguage, { capture: true });
addEventListener("click", explainTerm);
addEventListener("error", noteFailure, { capture: true });
