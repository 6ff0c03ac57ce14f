// @ts-check
/** The Watch column: one state, fed by the socket and the reader's hand; `render` repaints it. */

import { onThemeChange } from "../colors.js";
import { el, oncePerFrame } from "../dom.js";
import { fetchPart } from "../later.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { part } from "../parts.js";
import { at } from "../root.js";
import { deletedWords } from "../runstore.js";
import { RESTING } from "../statuses.js";
import { createEmpty } from "./empty.js";
import { createHistory } from "./history.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * @typedef {object} Watching
 * @property {string | null} runId the run looked at; null before one is chosen
 * @property {Run | null} run its summary; null until the server answers
 * @property {number} receivedAt when `run` was received, in milliseconds since 1970
 * @property {import("./history.js").History} history built from its events
 * @property {import("./run.js").Tab} tab
 * @property {import("../moment.js").Epoch} epoch whose weights the tabs look at
 * @property {import("../types.js").Checkpoint[]} kept epochs to choose from, ascending
 * @property {number | null} tested the epoch that was tested on request while the run trains
 * @property {number | null} reading index into history.epochs of the epoch pointed at in the charts
 * @property {boolean} log whether the loss has a logarithmic axis
 * @property {"online" | "offline"} link
 * @property {string | null} problem why the run cannot be shown
 */

/** @returns {Watching} */
const nothing = () => ({
  runId: null,
  run: null,
  receivedAt: 0,
  history: createHistory(),
  tab: "curves",
  epoch: "newest",
  kept: [],
  tested: null,
  reading: null,
  log: false,
  link: "online",
  problem: null,
});

/**
 * @param {HTMLElement} root
 * @param {import("./run.js").Options} options
 */
export function mountWatch(root, options) {
  const { socket } = options;
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
  const empty = lifetime.own(createEmpty(root, socket.runs));

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
    empty.draw(state.runId === null);
    part(root, "offline").hidden = state.link === "online";
    part(root, "the-run").hidden = isComing;
    part(root, "run-arriving").hidden = !isComing;
    if (shown === "some-run") theRun.draw(state);
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
  render();

  return {
    /**
     * Look at this run.
     * @param {string} runId
     */
    show(runId) {
      if (runId === state.runId) return;
      const { tab, log, link } = state;
      Object.assign(state, nothing(), { runId, tab, log, link });
      if (isComing) preload(at(`/api/runs/${encodeURIComponent(runId)}/curve`));
      draw();
    },
    dispose: lifetime.dispose,
  };
}

/** Request what the view will ask for while its modules are on their way. @param {string} href */
function preload(href) {
  // The page has one already where its address names the run.
  if (document.head.querySelector('link[rel="preload"][as="fetch"]')) return;
  document.head.append(el("link", { rel: "preload", as: "fetch", crossorigin: "", href }));
}
