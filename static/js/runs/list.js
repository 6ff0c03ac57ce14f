// @ts-check
/** The table of runs: painted anew when a run changes, row by row, so that focus and menus stay. */
import { ngettext } from "../i18n.js";
import { fewEpochsOf, keptEpochs } from "./history.js";
import { row } from "./row.js";
import { sparkline } from "./sparkline.js";
import { shown } from "./state.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./state.js").State} State */

/**
 * @param {HTMLElement} root
 * @param {State} state
 * @param {import("./row.js").Acts} acts
 */
export function createList(root, state, acts) {
  /** Rows by run id, with what they were painted from. @type {Map<string, {version: string, element: HTMLElement}>} */
  const rows = new Map();
  /** @type {string|null} */
  let focusKey = null;
  const body = /** @type {HTMLElement} */ (root.querySelector("tbody"));
  const table = /** @type {HTMLElement} */ (root.querySelector("table"));
  const empty = /** @type {HTMLElement} */ (document.getElementById("empty"));
  const filters = /** @type {HTMLElement} */ (document.querySelector(".filters"));
  const none = /** @type {HTMLElement} */ (document.getElementById("none"));
  const waiting = /** @type {HTMLElement} */ (document.getElementById("waiting"));
  const total = /** @type {HTMLElement} */ (document.getElementById("total"));

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) void drawCurve(/** @type {HTMLElement} */ (target));
    },
    { rootMargin: "200px" },
  );

  /** @param {HTMLElement} element */
  async function drawCurve(element) {
    const run = state.runs.get(element.dataset.id ?? "");
    if (!run || !run.epoch) return;
    const epochs = await fewEpochsOf(run).catch(() => keptEpochs(run.id));
    paintCurve(element, epochs);
  }

  /** @param {HTMLElement} element @param {import("./history.js").Epochs | null} epochs */
  function paintCurve(element, epochs) {
    if (!epochs) return;
    const picture = sparkline(epochs.accuracy.map((value, n) => epochs.val_accuracy[n] ?? value));
    element.querySelector(".curve")?.replaceChildren(...(picture ? [picture] : []));
  }

  /** @param {Run} run */
  function rowOf(run) {
    const look = { selected: state.selected.has(run.id), renaming: state.renaming === run.id };
    const version = JSON.stringify([run, look]);
    const old = rows.get(run.id);
    if (old?.version === version) return old.element;
    // While its name is typed, a row waits with what is new.
    if (old && look.renaming && old.element.querySelector("form")) return old.element;
    const element = row(run, look, acts);
    keepFocus(old?.element, element);
    if (old) seen.unobserve(old.element);
    seen.observe(element);
    paintCurve(element, keptEpochs(run.id));
    rows.set(run.id, { version, element });
    return element;
  }

  /** @param {HTMLElement|undefined} old @param {HTMLElement} fresh */
  function keepFocus(old, fresh) {
    const active = /** @type {HTMLElement|null} */ (document.activeElement);
    if (old?.contains(active) && active?.dataset.key) focusKey ??= active.dataset.key;
    if (old?.querySelector("details[open]"))
      fresh.querySelector("details")?.setAttribute("open", "");
  }

  closeMenus(root);

  return {
    /** @param {string} key what gets the focus at the next painting */
    focus(key) {
      focusKey = key;
    },
    render() {
      const runs = shown(state);
      const elements = runs.map(rowOf);
      if (
        elements.some((element, i) => body.children[i] !== element) ||
        body.children.length !== elements.length
      )
        body.replaceChildren(...elements);
      waiting.hidden = state.loaded || state.trouble !== null;
      empty.hidden = !state.loaded || state.runs.size > 0;
      filters.hidden = !empty.hidden;
      none.hidden = state.runs.size === 0 || runs.length > 0;
      table.hidden = runs.length === 0;
      total.textContent = state.runs.size
        ? ngettext("%(n)s run", "%(n)s runs", runs.length) + (state.more ? "+" : "")
        : "";
      if (focusKey) {
        const target = root.querySelector(`[data-key="${CSS.escape(focusKey)}"]`);
        if (target instanceof HTMLElement) target.focus();
        if (target instanceof HTMLInputElement && target.type !== "checkbox") target.select();
        focusKey = null;
      }
    },
  };
}

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
