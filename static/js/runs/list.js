// @ts-check
/** The table of runs: their rows, and what stands there without any. */
import { oncePerFrame } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { byId, setText } from "../parts.js";
import { betweenPresses } from "../presses.js";
import { createView, guard, repeat } from "../render.js";
import { fewEpochsOf, keptEpochs } from "./history.js";
import { row } from "./row.js";

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
  const body = byId("rows", HTMLTableSectionElement);

  const lookOf = (/** @type {Run} */ { id }) => ({
    selected: state.selected.has(id),
    renaming: state.renaming === id,
    fault: state.renaming === id ? state.fault : "",
    epochs: keptEpochs(id),
  });
  /** Most rows are as they were: only what changed is written anew. @param {Run} run */
  function rowOf(run) {
    const look = lookOf(run);
    return guard([run, ...Object.values(look)], () => row(run, look, acts));
  }
  const lifetime = createLifetime();
  const rows = createView(body, () => repeat(view.shown(), ({ id }) => id, rowOf));
  const held = betweenPresses(body, drawRows);
  const drawSoon = oncePerFrame(() => held.draw(null), lifetime.signal);
  const curves = watchCurves(body, runs, drawSoon);
  closeMenus(root, lifetime.signal);
  [curves, held, rows].forEach(lifetime.own);

  function drawRows() {
    rows.draw(null);
    curves.look();
    const target = focusKey && root.querySelector(`[data-key="${CSS.escape(focusKey)}"]`);
    if (!(target instanceof HTMLElement)) return;
    focusKey = null;
    target.focus();
    if (target instanceof HTMLInputElement && target.type !== "checkbox") target.select();
  }

  return {
    /** @param {string} key what gets the focus at the next painting */
    focus(key) {
      focusKey = key;
    },
    render() {
      const { length } = view.shown();
      const { loaded, trouble, question, next } = view.state;
      const isFiltered = Boolean(question.text || question.status || question.mine);
      held.draw(null);
      const isEmpty = loaded && length === 0;
      byId("waiting").hidden = loaded || trouble !== null;
      byId("empty").hidden = !isEmpty || isFiltered;
      byId("filters").hidden = isEmpty && !isFiltered;
      byId("none").hidden = !isEmpty || !isFiltered;
      setText(byId("none"), noneWords(question));
      byId("table").hidden = length === 0;
      const total = ngettext("%(n)s run", "%(n)s runs", length) + (next ? "+" : "");
      setText(byId("total"), length ? total : "");
    },
    dispose: lifetime.dispose,
  };
}

/**
 * Fetches the curves of the rows in sight, each again only when its run went on.
 * @param {HTMLTableSectionElement} body
 * @param {import("../runstore.js").RunStore} runs
 * @param {() => void} onCurve
 */
function watchCurves(body, runs, onCurve) {
  /** @type {Set<Element>} */
  const inSight = new Set();
  /** @type {Map<string, number>} what of a run was asked for, by its id */
  const asked = new Map();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        inSight[isIntersecting ? "add" : "delete"](target);
      fetchThem();
    },
    { rootMargin: "200px" },
  );

  function fetchThem() {
    for (const element of inSight) {
      const run = runs.get(/** @type {HTMLElement} */ (element).dataset.id ?? "");
      if (!run?.epoch || asked.get(run.id) === run.last_seq) continue;
      asked.set(run.id, run.last_seq);
      fewEpochsOf(run).then(onCurve, onCurve); // without new ones the old ones stay
    }
  }

  return {
    /** The rows may be others. */
    look() {
      for (const element of inSight) if (!element.isConnected) inSight.delete(element);
      for (const element of body.rows) observer.observe(element);
      fetchThem();
    },
    dispose: () => observer.disconnect(),
  };
}

/** Why the list is empty. @param {import("./view.js").Question} question */
const noneWords = ({ text, status }) =>
  text || status
    ? _("No run matches the filter.")
    : _("You have made no run on this server yet. Choose “All” to see those of others.");

/**
 * One menu at a time; Escape and a click elsewhere close it.
 * @param {HTMLElement} root
 * @param {AbortSignal} signal ends it
 */
function closeMenus(root, signal) {
  /** @param {EventTarget|null} except */
  const close = (except) => {
    for (const menu of root.querySelectorAll("details.rowmenu[open]"))
      if (!(except instanceof Node) || !menu.contains(except)) menu.removeAttribute("open");
  };
  const onClick = (/** @type {MouseEvent} */ { target }) => {
    close(target);
    const item = target instanceof Element && target.closest(".rowmenu .items > *");
    if (item) item.closest("details")?.removeAttribute("open");
  };
  const onKey = (/** @type {KeyboardEvent} */ { key }) => {
    const menu = root.querySelector("details.rowmenu[open]");
    if (key !== "Escape" || !menu) return;
    close(null);
    menu.querySelector("summary")?.focus();
  };
  document.addEventListener("click", onClick, { signal });
  root.addEventListener("keydown", onKey, { signal });
}
