// @ts-check
/** The table of runs, drawn row by row, so that focus and menus stay. */
import { _, ngettext } from "../i18n.js";
import { fewEpochsOf, keptEpochs } from "./history.js";
import { row } from "./row.js";
import { sparkline } from "./sparkline.js";
import { createKeyed } from "../keyed.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./state.js").State} State */
/** @typedef {ReturnType<typeof import("./view.js").createView>} View */

/**
 * @param {HTMLElement} root
 * @param {State} state
 * @param {{runs: import("../runstore.js").RunStore, view: View}} known
 * @param {import("./row.js").Acts} acts
 */
export function createList(root, state, { runs, view }, acts) {
  /** @type {string|null} */
  let focusKey = null;
  const part = (/** @type {string} */ id) =>
    /** @type {HTMLElement} */ (document.getElementById(id));
  const body = /** @type {HTMLElement} */ (root.querySelector("tbody"));
  const table = /** @type {HTMLElement} */ (root.querySelector("table"));
  const filters = /** @type {HTMLElement} */ (document.querySelector(".filters"));
  const rows = createKeyed(body, {
    onMade,
    onRemoved: (element) => seen.unobserve(element),
    onDrawn: giveFocus,
  });

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) void drawCurve(/** @type {HTMLElement} */ (target));
    },
    { rootMargin: "200px" },
  );

  /** @param {HTMLElement} element */
  async function drawCurve(element) {
    const run = runs.get(element.dataset.id ?? "");
    if (!run?.epoch) return;
    const epochs = await fewEpochsOf(run).catch(() => keptEpochs(run.id));
    if (element.isConnected) paintCurve(element, epochs);
  }

  /** @param {HTMLElement} element @param {import("./history.js").Epochs | null} epochs */
  function paintCurve(element, epochs) {
    if (!epochs) return;
    const picture = sparkline(epochs.accuracy.map((value, n) => epochs.val_accuracy[n] ?? value));
    element.querySelector(".curve")?.replaceChildren(...(picture ? [picture] : []));
  }

  /** @param {HTMLElement} fresh @param {HTMLElement|undefined} old */
  function onMade(fresh, old) {
    seen.observe(fresh);
    paintCurve(fresh, keptEpochs(fresh.dataset.id ?? ""));
    if (old?.querySelector("details[open]"))
      fresh.querySelector("details")?.setAttribute("open", "");
  }

  /** @param {Run} run @returns {import("../keyed.js").Item} */
  function itemOf(run) {
    const look = { selected: state.selected.has(run.id), renaming: state.renaming === run.id };
    // While its name is typed, a row waits with what is new.
    const version = look.renaming ? "renaming" : JSON.stringify([run, look]);
    return { key: run.id, version, make: () => row(run, look, acts) };
  }

  closeMenus(root);

  return {
    /** @param {string} key what gets the focus at the next painting */
    focus(key) {
      focusKey = key;
    },
    render() {
      const shown = view.shown();
      const { loaded, trouble, question, next } = view.state;
      const isFiltered = Boolean(question.text || question.status || question.mine);
      rows.draw(shown.map(itemOf));
      part("waiting").hidden = loaded || trouble !== null;
      part("empty").hidden = !loaded || shown.length > 0 || isFiltered;
      filters.hidden = !part("empty").hidden;
      part("none").hidden = !loaded || shown.length > 0 || !isFiltered;
      part("none").textContent = noneWords(question);
      table.hidden = shown.length === 0;
      part("total").textContent = shown.length
        ? ngettext("%(n)s run", "%(n)s runs", shown.length) + (next ? "+" : "")
        : "";
    },
  };

  function giveFocus() {
    const target = focusKey && root.querySelector(`[data-key="${CSS.escape(focusKey)}"]`);
    if (target) focusKey = null;
    if (target instanceof HTMLElement) target.focus();
    if (target instanceof HTMLInputElement && target.type !== "checkbox") target.select();
  }
}

/** Why the list is empty. @param {import("./view.js").Question} question */
const noneWords = ({ text, status }) =>
  text || status
    ? _("No run fits the filter.")
    : _("You have made no run on this server yet. Choose “All” to see those of others.");

/** One menu at a time; Escape and a click elsewhere close it. @param {HTMLElement} root */
function closeMenus(root) {
  /** @param {EventTarget|null} except */
  const close = (except) => {
    for (const menu of root.querySelectorAll("details.rowmenu[open]"))
      if (!(except instanceof Node) || !menu.contains(except)) menu.removeAttribute("open");
  };
  document.addEventListener("click", (event) => {
    close(event.target);
    const item = event.target instanceof Element && event.target.closest(".rowmenu .items > *");
    if (item) item.closest("details")?.removeAttribute("open");
  });
  root.addEventListener("keydown", (event) => {
    const menu = root.querySelector("details.rowmenu[open]");
    if (event.key !== "Escape" || !menu) return;
    close(null);
    menu.querySelector("summary")?.focus();
  });
}
