// @ts-check
/** What stands on the Data page while the server does not have the digits. */

import { download, fetching, moveProgress } from "../download.js";
import { part } from "../parts.js";

/** @typedef {import("./state.js").Looking} Looking */
/** @typedef {import("../types.js").DatasetEvent} DatasetEvent */

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 */
export function createMissing(root, render) {
  const element = part(root, "missing");
  let drawn = "";

  return {
    /** Move the bar; false when there is none. @param {DatasetEvent} event */
    move: (event) => !element.hidden && moveProgress(event),
    /** @param {Looking} state @param {boolean} here */
    draw(state, here) {
      const dataset = state.datasets.find(({ name }) => name === state.dataset);
      element.hidden = here || !dataset;
      if (!dataset || here) return;
      const event = state.downloads.get(dataset.name);
      const key = `${dataset.name} ${dataset.reason} ${event?.state} ${event?.message}`;
      if (key === drawn) return;
      drawn = key;
      const start = () =>
        void download(dataset.name, (news) => {
          state.downloads.set(news.name, news);
          render();
        });
      element.replaceChildren(fetching(dataset, event, start));
    },
  };
}
