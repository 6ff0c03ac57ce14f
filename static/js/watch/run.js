// @ts-check
/** A run as the Watch column shows it: head, controls, numbers, coach, curves, tabs. Each fails alone. */

import { STUDIO } from "../addresses.js";
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
 * @typedef {object} Steer how a tab chooses what it shows, so that the address names it
 * @property {import("./watch.js").Address["choose"]} choose
 * @property {(name: keyof typeof STUDIO, sentence: string) => void} miss what the address names by
 *   this name is not there: something else is shown, and why
 */

/**
 * @typedef {object} TabModule
 * @property {(panel: HTMLElement, render: () => void, pad: Pad, steer: Steer) =>
 *   import("../render.js").View<Watching>} create
 */

/**
 * @typedef {object} Options
 * @property {import("../socket.js").Live} socket
 * @property {(config: import("../types.js").RunConfig, runId: string) => void} onUse its settings
 *   are wanted
 * @property {(run: Run) => void} onStarted
 * @property {import("./watch.js").Address} address
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

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 * @param {Options} options
 * @returns {import("../render.js").View<Watching>}
 */
export function createRun(root, state, render, { socket, address, onUse, onStarted, pad }) {
  const { runs } = socket;
  const lifetime = createLifetime();
  const steer = steering(address, state, lifetime);
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
    alone(part(root, "of-epoch"), () => createKept(root, state, render, steer)),
    ...Object.entries(LATER).map(([name, load]) => createTab(name, load, render, pad, steer)),
  ];
  views.forEach(lifetime.own);
  lifetime.own(
    mountTabs(root, (tab) => address.choose({ tab: /** @type {Watching["tab"]} */ (tab) })),
  );
  let tab = "";

  return {
    draw(now) {
      following.update();
      if (now.tab !== tab) showTab(root, (tab = now.tab)); // The address may name another one.
      if (now.run) for (const view of views) view.draw(now);
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {import("./watch.js").Address} address
 * @param {Watching} state
 * @param {import("../lifetime.js").Lifetime} lifetime
 * @returns {Steer}
 */
function steering(address, state, { later }) {
  return {
    choose: address.choose,
    miss(name, sentence) {
      const missed = address.get()[name];
      later(() => {
        if (address.get()[name] !== missed) return;
        state.remark = sentence;
        address.correct({ [name]: STUDIO[name].standard });
      }, 0); // It is found out while the page is drawn.
    },
  };
}

/**
 * @param {string} name of the tab, its panel and its template
 * @param {() => Promise<TabModule>} load
 * @param {() => void} render
 * @param {Pad} pad
 * @param {Steer} steer
 * @returns {import("../render.js").View<Watching>}
 */
function createTab(name, load, render, pad, steer) {
  const panel = byId(`panel-${name}`);
  const view = alone(
    panel,
    (/** @type {TabModule} */ { create }) => create(panel, render, pad, steer),
    () => fetchPart(name, load),
  );
  return {
    draw: (state) => void (state.tab === name && view.draw(state)),
    dispose: view.dispose,
  };
}
