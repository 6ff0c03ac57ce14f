// @ts-check
/** A run as the Watch column shows it: head, controls, numbers, coach, curves, tabs. Each fails alone. */

import { fetchPart } from "../later.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { byId, part } from "../parts.js";
import { fetchPlotting } from "../uplot.js";
import { createCoach } from "./coach.js";
import { createControls } from "./controls.js";
import { createCurves } from "./curves.js";
import { createEpochTable } from "./epochs.js";
import { createFacts } from "./facts.js";
import { createFollowing } from "./following.js";
import { createHeader } from "./header.js";
import { createKept } from "./kept.js";
import { createLine } from "./line.js";
import { mountTabs, showTab } from "./tabs.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./watch.js").Watching} Watching */

/**
 * @typedef {object} Pad what a tab may do with the pad of the Write column
 * @property {(pixels: Uint8Array) => void} put lay a digit on it: 28 × 28, 0 = paper
 */

/**
 * @typedef {object} TabModule
 * @property {(panel: HTMLElement, render: () => void, pad: Pad) =>
 *   import("../render.js").View<Watching>} create
 */

/**
 * @typedef {object} Options
 * @property {import("../socket.js").Live} socket
 * @property {(config: import("../types.js").RunConfig, runId: string) => void} onUse its settings
 *   are wanted
 * @property {(run: Run) => void} onStarted
 * @property {(epoch: import("../moment.js").Epoch) => void} onEpoch
 * @property {Pad} pad
 */

/** Tabs whose modules are fetched when they are first shown. */
const LATER = {
  test: () => import("../insight/test.js"),
  mistakes: () => import("../insight/mistakes.js"),
  inside: () => import("../insight/inside.js"),
  map: () => import("../insight/map.js"),
  robustness: () => import("../insight/robustness.js"),
  code: () => import("../code/code.js"),
};

/** @typedef {"curves" | keyof typeof LATER} Tab */

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 * @param {Options} options
 * @returns {import("../render.js").View<Watching>}
 */
export function createRun(root, state, render, { socket, onUse, onStarted, onEpoch, pad }) {
  const { runs } = socket;
  const lifetime = createLifetime();
  const following = lifetime.own(createFollowing(socket, state, render));
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (root.querySelector(selector));
  const views = [
    alone(find("header.run"), () => createHeader(root, state, render, onUse)),
    alone(part(root, "what"), () => createLine(root, render)),
    alone(part(root, "controls"), () => createControls(root, state, render)),
    alone(find(".facts"), () => createFacts(root)),
    alone(part(root, "charts"), () => createCurves(root, state, render), fetchPlotting),
    alone(part(root, "coach"), () => createCoach(root, render, { onUse, onStarted, runs })),
    alone(part(root, "epoch-table"), () => createEpochTable(root, render)),
    alone(part(root, "of-epoch"), () => createKept(root, state, render, onEpoch)),
    ...Object.entries(LATER).map(([name, load]) => createTab(name, load, render, pad)),
  ];
  views.forEach(lifetime.own);
  lifetime.own(
    mountTabs(root, (tab) => {
      state.tab = /** @type {Tab} */ (tab);
      render();
    }),
  );
  showTab(root, state.tab); // Another run was looked at before, or this view failed and is made anew.

  return {
    draw(now) {
      following.update();
      if (now.run) for (const view of views) view.draw(now);
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {string} name of the tab, its panel and its template
 * @param {() => Promise<TabModule>} load
 * @param {() => void} render
 * @param {Pad} pad
 * @returns {import("../render.js").View<Watching>}
 */
function createTab(name, load, render, pad) {
  const panel = byId(`panel-${name}`);
  const view = alone(
    panel,
    (/** @type {TabModule} */ { create }) => create(panel, render, pad),
    () => fetchPart(name, load),
  );
  return {
    draw: (state) => void (state.tab === name && view.draw(state)),
    dispose: view.dispose,
  };
}
