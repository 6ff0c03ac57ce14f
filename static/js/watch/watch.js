// @ts-check
/** The Watch column: one state, fed by the socket and the reader's hand; `render` repaints it. */

import { TABS } from "../addresses.js";
import { onThemeChange } from "../colors.js";
import { el, oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { part, setText } from "../parts.js";
import { at } from "../root.js";
import { deletedWords } from "../runstore.js";
import { RESTING } from "../statuses.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../address.js").Address<typeof import("../addresses.js").STUDIO>} Address */
/** @typedef {ReturnType<Address["get"]>} Place what the address names */

/**
 * @typedef {object} Watching
 * @property {string | null} runId the run looked at; null before one is chosen
 * @property {Run | null} run its summary; null until the server answers
 * @property {number} receivedAt when `run` was received, in milliseconds since 1970
 * @property {import("./history.js").History} history built from its events; there as soon as `run` is
 * @property {Place["tab"]} tab
 * @property {import("../moment.js").Epoch} epoch whose weights the tabs look at
 * @property {number | null} layer of which the tabs show something; null: the one they begin with
 * @property {Place["method"]} method by which the map is drawn
 * @property {Place["cell"]} cell of the confusion matrix, whose images are shown
 * @property {number | null} truth only mistakes with this true digit; null: any
 * @property {number | null} answer only mistakes with this answer; null: any
 * @property {import("../types.js").Checkpoint[]} kept epochs to choose from, ascending
 * @property {number | null} tested the epoch that was tested on request while the run trains
 * @property {number | null} reading index into history.epochs of the epoch pointed at in the charts
 * @property {boolean} log whether the loss has a logarithmic axis
 * @property {"online" | "offline"} link
 * @property {string | null} problem why the run cannot be shown
 * @property {string} remark why something else is shown than the address named, or ""
 */

/** @returns {Watching} */
const nothing = () => ({
  runId: null,
  run: null,
  receivedAt: 0,
  history: /** @type {any} */ (null), // It comes with the run, before which no view is drawn.
  tab: TABS[0],
  epoch: "newest",
  layer: null,
  method: "pca",
  cell: null,
  truth: null,
  answer: null,
  kept: [],
  tested: null,
  reading: null,
  log: false,
  link: "online",
  problem: null,
  remark: "",
});

/**
 * @param {HTMLElement} root
 * @param {import("./run.js").Options} options
 */
export function mountWatch(root, options) {
  const { socket, address } = options;
  const state = nothing();
  const { title } = document;
  const lifetime = createLifetime();
  const render = oncePerFrame(() => draw(), lifetime.signal);
  /** Whether the view of a run is still being fetched; without its style sheet it stays hidden. */
  let isComing = true;
  const theRun = alone(
    part(root, "the-run"),
    ({ createRun }) => createRun(root, state, render, options),
    fetchRun,
  );
  lifetime.own(theRun);
  const lastRuns = alone(
    part(root, "last-runs"),
    ({ createEmpty }) => createEmpty(root, socket.runs, address),
    () => fetchPart("last-runs", () => import("./empty.js")),
  );
  lifetime.own(lastRuns);
  /** Whether there has been no run to look at, and earlier ones were offered. */
  let isOffered = false;

  async function fetchRun() {
    isComing = true;
    try {
      return await fetchPart("run", () => import("./run.js"));
    } finally {
      isComing = false;
      render();
    }
  }

  function draw() {
    const shown = state.runId === null ? "no-run" : state.problem ? "no-such-run" : "some-run";
    for (const name of ["no-run", "some-run", "no-such-run"]) {
      part(root, name).hidden = name !== shown;
    }
    part(root, "no-such-reason").textContent = state.problem ?? "";
    isOffered ||= shown === "no-run";
    if (isOffered) lastRuns.draw(shown === "no-run");
    part(root, "offline").hidden = state.link === "online";
    part(root, "the-run").hidden = isComing;
    part(root, "run-arriving").hidden = !isComing;
    setText(part(root, "remark"), state.remark);
    part(root, "remark").hidden = !state.remark;
    // Also when there is none to look at any more: the one before is no longer followed.
    if (shown === "some-run" || !isComing) theRun.draw(state);
    root.classList.toggle("arriving", shown === "some-run" && !state.run);
  }

  const onLink = (/** @type {Watching["link"]} */ link) => {
    state.link = link;
    render();
  };
  const onDeleted = (/** @type {unknown} */ _run, /** @type {string} */ id) => {
    if (id !== state.runId) return;
    Object.assign(state, { run: null, problem: deletedWords() });
    document.title = title;
    render();
  };
  lifetime.atEnd(socket.onState(onLink));
  lifetime.atEnd(socket.runs.subscribe({ onDeleted }));
  // A phone shows one column at a time: the charts get their size when theirs comes into view.
  lifetime.observe(new ResizeObserver(render), root);
  onThemeChange(render, lifetime.signal);
  // Durations count on between two events.
  lifetime.every(() => state.run && !RESTING.has(state.run.status) && render(), 1000);
  lifetime.atEnd(address.subscribe((now, _before, how) => go(now, how === "corrected")));
  if (address.mend().length)
    state.remark = _("The address refers to something that does not exist.");
  go(address.get(), true);
  render();

  /**
   * Look at what the address names.
   * @param {Place} place
   * @param {boolean} isRemarked whether what was said of another place holds for this one
   */
  function go({ run: runId, ...place }, isRemarked) {
    if (!isRemarked) state.remark = "";
    if (runId !== state.runId) turnTo(runId);
    if (place.epoch !== state.epoch) state.tested = null;
    Object.assign(state, place);
    draw();
  }

  /** @param {string | null} runId */
  function turnTo(runId) {
    const { log, link, remark } = state;
    Object.assign(state, nothing(), { runId, log, link, remark });
    if (runId === null) document.title = title;
    else if (isComing) preload(at(`/api/runs/${encodeURIComponent(runId)}/curve`));
  }

  return { dispose: lifetime.dispose };
}

/** Request what the view will ask for while its modules are on their way. @param {string} href */
function preload(href) {
  // The page has one already where its address names the run.
  if (document.head.querySelector('link[rel="preload"][as="fetch"]')) return;
  document.head.append(el("link", { rel: "preload", as: "fetch", crossorigin: "", href }));
}
