// @ts-check
/** Tabs whose code is fetched when they are first shown: most visits do without it. */

import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { setText } from "../parts.js";

/** @typedef {import("../watch/watch.js").Watching} Watching */

/**
 * @typedef {object} Pad what a tab may do with the pad of the Write column
 * @property {(pixels: Uint8Array) => void} put lay a digit on it: 28 × 28, 0 = paper
 */

/**
 * @typedef {object} TabView
 * @property {(state: Watching) => void} draw called whenever something may have changed
 */

/**
 * @typedef {object} TabModule
 * @property {string[]} [styles] its style sheets, by their names
 * @property {(panel: HTMLElement, render: () => void, pad: Pad) => TabView} create
 */

/**
 * Add a style sheet, once; done when it holds.
 * @param {string} name
 * @returns {Promise<unknown>}
 */
function addStyles(name) {
  const href = new URL(`../../css/${name}.css`, import.meta.url).href;
  const known = [...document.styleSheets].some((sheet) => sheet.href === href);
  if (known) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = el("link", { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

/**
 * @param {Watching["tab"]} name of the tab, its panel and its module in this folder
 * @param {() => void} render
 * @param {Pad} pad
 * @returns {TabView}
 */
export function createLazy(name, render, pad) {
  const panel = /** @type {HTMLElement} */ (document.getElementById(`panel-${name}`));
  const arriving = /** @type {HTMLElement} */ (panel.querySelector(".arriving"));
  let view = /** @type {TabView | null} */ (null);
  /** Whether it was asked for. */
  let tried = false;
  /** Why it could not be fetched or made: drawing it throws that. @type {unknown} */
  let fault = null;

  async function fetchIt() {
    tried = true;
    setText(arriving, _("One moment …"));
    try {
      const module = /** @type {TabModule} */ (await import(`./${name}.js`));
      await Promise.all((module.styles ?? []).map(addStyles));
      view = module.create(panel, render, pad);
      arriving.remove();
    } catch (error) {
      fault = error;
    }
    render();
  }

  return {
    draw(state) {
      if (fault) throw fault;
      if (state.tab !== name) return;
      if (view) view.draw(state);
      else if (!tried) void fetchIt();
    },
  };
}
