// @ts-check
/** The Watch column: one state, fed by the socket and the reader's hand; `render` repaints it. */

import { createCode } from "../code/code.js";
import { onThemeChange } from "../colors.js";
import { atMostEvery, oncePerFrame } from "../dom.js";
import { createLazy } from "../insight/lazy.js";
import { alone } from "../mount.js";
import { part } from "../parts.js";
import { deletedWords } from "../runstore.js";
import { RESTING } from "../statuses.js";
import { fetchPlotting } from "../uplot.js";
import { createEmpty } from "./empty.js";
import { createCoach } from "./coach.js";
import { createControls } from "./controls.js";
import { createCurves } from "./curves.js";
import { createEpochTable } from "./epochs.js";
import { createFacts } from "./facts.js";
import { createHeader } from "./header.js";
import { applyEvent } from "./events.js";
import { createHistory } from "./history.js";
import { historyOf } from "./past.js";
import { createKept } from "./kept.js";
import { mountTabs } from "./tabs.js";
import { titleText } from "./words.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * @typedef {object} Watching
 * @property {string | null} runId the run looked at; null before one is chosen
 * @property {Run | null} run its summary; null until the server answers
 * @property {number} receivedAt when `run` was received, in milliseconds since 1970
 * @property {import("./history.js").History} history built from its events
 * @property {"epochs" | "code" | typeof LAZY[number]} tab
 * @property {import("../moment.js").Epoch} epoch whose weights the tabs look at
 * @property {import("../types.js").Checkpoint[]} kept epochs to choose from, ascending
 * @property {number | null} tested the epoch that was tested on request while the run trains
 * @property {number | null} reading index into history.epochs of the epoch pointed at in the charts
 * @property {boolean} log whether the loss has a logarithmic axis
 * @property {"online" | "offline"} link
 * @property {string | null} problem why the run cannot be shown
 */

/** Milliseconds between two paintings of what streams in: faster is unreadable. */
const STREAM_MS = 200;

/** Tabs whose modules are fetched when they are first shown. */
const LAZY = /** @type {const} */ (["test", "mistakes", "inside", "map", "robustness"]);

/** @param {HTMLElement} root @param {string} selector of what the template surely has */
const find = (root, selector) => /** @type {HTMLElement} */ (root.querySelector(selector));

/** @returns {Watching} */
const nothing = () => ({
  runId: null,
  run: null,
  receivedAt: 0,
  history: createHistory(),
  tab: "epochs",
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
 * @param {{socket: import("../socket.js").Live,
 *   onUse(config: import("../types.js").RunConfig): void, onStarted(run: Run): void,
 *   onEpoch(epoch: import("../moment.js").Epoch): void,
 *   pad: import("../insight/lazy.js").Pad}} options
 */
export function mountWatch(root, { socket, onUse, onStarted, onEpoch, pad }) {
  const state = nothing();
  const { title } = document;
  const render = oncePerFrame(() => draw());
  const renderSoon = atMostEvery(STREAM_MS, render);
  const panel = (/** @type {string} */ name) => find(root, `#panel-${name}`);
  const views = [
    alone(find(root, "header.run"), () => createHeader(root, state, render, onUse)),
    alone(part(root, "controls"), () => createControls(root, state, render)),
    alone(find(root, ".facts"), () => createFacts(root)),
    alone(part(root, "charts"), () => createCurves(root, state, render), fetchPlotting),
    alone(part(root, "coach"), () =>
      createCoach(root, render, { onUse, onStarted, runs: socket.runs }),
    ),
    alone(panel("epochs"), () => createEpochTable(root, render)),
    alone(part(root, "of-epoch"), () => createKept(root, state, render, onEpoch)),
    alone(panel("code"), () => createCode(root, render)),
    ...LAZY.map((name) => alone(panel(name), () => createLazy(name, render, pad))),
  ];
  const empty = createEmpty(root, socket.runs);

  function draw() {
    const shown = state.runId === null ? "no-run" : state.problem ? "no-such-run" : "the-run";
    for (const name of ["no-run", "the-run", "no-such-run"]) {
      part(root, name).hidden = name !== shown;
    }
    part(root, "no-such-reason").textContent = state.problem ?? "";
    empty.draw(state.runId === null);
    part(root, "offline").hidden = state.link === "online";
    root.classList.toggle("arriving", shown === "the-run" && !state.run);
    if (state.run && shown === "the-run") for (const view of views) view.draw(state);
  }

  mountTabs(root, (tab) => {
    state.tab = /** @type {Watching["tab"]} */ (tab);
    render();
  });
  socket.onState((link) => {
    state.link = link;
    render();
  });
  socket.runs.subscribe({
    onDeleted(_run, id) {
      if (id !== state.runId) return;
      Object.assign(state, { run: null, problem: deletedWords() });
      document.title = title;
      render();
    },
  });
  // A phone shows one column at a time: the charts get their size when theirs comes into view.
  new ResizeObserver(render).observe(root);
  onThemeChange(render);
  // Durations count on between two events.
  setInterval(() => state.run && !RESTING.has(state.run.status) && render(), 1000);
  render();

  return {
    /**
     * Look at this run.
     * @param {string} runId
     */
    show(runId) {
      if (runId === state.runId) return;
      if (state.runId !== null) socket.unwatch(state.runId);
      const { tab, log, link } = state;
      Object.assign(state, nothing(), { runId, tab, log, link });
      socket.watch(runId, {
        onCurve(curve) {
          state.history = historyOf(curve);
          receive(curve.run);
        },
        onEvent(event) {
          applyEvent(state.history, event);
          changed(renderSoon);
        },
        onRun: receive,
        onProblem(problem) {
          state.problem = problem.message;
          render();
        },
      });
      render();
    },
  };

  /** @param {Run} run */
  function receive(run) {
    state.run = run;
    state.receivedAt = Date.now();
    changed(render);
  }

  /** @param {() => void} paint */
  function changed(paint) {
    // Not in `draw`: the browser's tab shows the title when the page is hidden too.
    if (state.run) {
      const title = titleText(state.run, state.history);
      if (document.title !== title) document.title = title;
    }
    paint();
  }
}
