// @ts-check
/** The table of runs: their rows, and what stands there without any. */
import { atMostEvery, oncePerFrame } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { byId, setText } from "../parts.js";
import { betweenPresses } from "../presses.js";
import { createView, guard, repeat } from "../render.js";
import { widths } from "./columns.js";
import { heads } from "./head.js";
import { fewEpochsOf, keptEpochs } from "./history.js";
import { placeMenu, row } from "./row.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./state.js").State} State */
/** @typedef {ReturnType<typeof import("./view.js").createView>} View */

/**
 * @typedef {object} Sorting what the headings do
 * @property {(id: string) => void} onSort
 * @property {() => void} onSelect choose all that are shown, or none
 */

/**
 * @param {HTMLElement} root
 * @param {State} state
 * @param {{runs: import("../runstore.js").RunStore, view: View, columns: () => Column[]}} known
 * @param {import("./row.js").Acts & Sorting} acts
 */
export function createList(root, state, { runs, view, columns }, acts) {
  /** @type {string|null} */
  let focusKey = null;
  const body = byId("rows", HTMLTableSectionElement);
  const table = byId("table", HTMLTableElement);
  /** The columns as they were drawn. @type {Column[]} */
  let shown = [];

  const lookOf = (/** @type {Run} */ { id }) => ({
    selected: state.selected.has(id),
    renaming: state.renaming === id,
    fault: state.renaming === id ? state.fault : "",
    epochs: keptEpochs(id),
    columns: shown,
  });
  /** Most rows are as they were: only what changed is written anew. @param {Run} run */
  function rowOf(run) {
    const look = lookOf(run);
    return guard([run, ...Object.values(look)], () => row(run, look, acts));
  }
  const lifetime = createLifetime();
  const headings = createView(byId("heads"), () => heads({ ...acts, ...headState() }));
  const rows = createView(body, () => repeat(view.shown(), ({ id }) => id, rowOf));
  const held = betweenPresses(body, drawRows);
  const drawSoon = oncePerFrame(() => held.draw(null), lifetime.signal);
  const hasCurves = () => shown.some(({ kind }) => kind === "curve");
  const curves = watchCurves(body, runs, drawSoon, hasCurves);
  closeMenus(root, lifetime.signal);
  [curves, held, rows, headings].forEach(lifetime.own);

  function headState() {
    const ids = view.state.ids.filter((id) => state.selected.has(id));
    const all = view.shown().length;
    const selected = /** @type {const} */ (["none", "some", "all"])[
      Number(ids.length > 0) + Number(ids.length > 0 && ids.length === all)
    ];
    return { columns: shown, sort: view.state.question.sort, selected };
  }

  function drawRows() {
    shown = columns();
    const { tracks, least } = widths(shown);
    table.style.setProperty("--columns", tracks);
    table.style.setProperty("--least", least);
    headings.draw(null);
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

/** Milliseconds between two looks at the rows in sight, and between two drawings of their curves:
 * rows that only pass by are not asked for, and a thousand rows are not gone through for each curve. */
const LOOK_MS = 120;

/**
 * Fetches the curves of the rows in sight, each again only when its run went on.
 * @param {HTMLTableSectionElement} body
 * @param {import("../runstore.js").RunStore} runs
 * @param {() => void} onCurve
 * @param {() => boolean} isShown whether the list has their column
 */
function watchCurves(body, runs, onCurve, isShown) {
  /** @type {Set<Element>} */
  const inSight = new Set();
  /** Rows that the observer knows. @type {WeakSet<Element>} */
  const watched = new WeakSet();
  /** @type {Map<string, number>} what of a run was asked for, by its id */
  const asked = new Map();
  const lifetime = createLifetime();
  const fetchSoon = atMostEvery(LOOK_MS, fetchThem, lifetime);
  const drawSoon = atMostEvery(LOOK_MS, onCurve, lifetime);
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        inSight[isIntersecting ? "add" : "delete"](target);
      fetchSoon();
    },
    { rootMargin: "200px" },
  );
  lifetime.atEnd(() => observer.disconnect());

  function fetchThem() {
    if (!isShown()) return;
    for (const element of inSight) {
      const run = runs.get(/** @type {HTMLElement} */ (element).dataset.id ?? "");
      if (!run?.epoch || asked.get(run.id) === run.last_seq) continue;
      asked.set(run.id, run.last_seq);
      fewEpochsOf(run).then(drawSoon, drawSoon); // without new ones the old ones stay
    }
  }

  return {
    /** The rows may be others. */
    look() {
      for (const element of inSight) if (!element.isConnected) inSight.delete(element);
      for (const element of body.rows) {
        if (watched.has(element)) continue;
        watched.add(element);
        observer.observe(element);
      }
      fetchSoon();
    },
    dispose: lifetime.dispose,
  };
}

/** Why the list is empty. @param {import("./view.js").Question} question */
const noneWords = ({ text, status }) =>
  text || status
    ? _("No run matches the filter.")
    : _("You have no runs on this server yet. Choose “All” to see the runs of others.");

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
  const follow = () => root.querySelectorAll("details.rowmenu[open]").forEach(placeMenu);
  addEventListener("scroll", follow, { signal, capture: true, passive: true });
  root.addEventListener("keydown", onKey, { signal });
}
