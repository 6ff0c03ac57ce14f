// @ts-check
/** Which run the Studio shows. The address follows: `/?run=<id>`. */

import { at } from "./root.js";

/**
 * A store of one run id.
 * @param {string|null} initial
 * @param {(runId: string|null) => void} [onSet] called first, e.g. to write the address
 */
export function createSelection(initial, onSet = () => {}) {
  let current = initial;
  /** @type {Set<(runId: string|null) => void>} */
  const listeners = new Set();
  return {
    get: () => current,
    /** @param {string|null} runId */
    set(runId) {
      if (runId === current) return;
      current = runId;
      onSet(runId);
      for (const listener of [...listeners]) listener(runId);
    },
    /**
     * Subscribe to every change. Returns what ends it.
     * @param {(runId: string|null) => void} listener
     */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * The address with this run chosen; everything else in it stays.
 * @param {string} href
 * @param {string|null} runId
 */
export function addressOf(href, runId) {
  const url = new URL(href);
  if (runId === null) url.searchParams.delete("run");
  else url.searchParams.set("run", runId);
  return url.pathname + url.search + url.hash;
}

/**
 * The address of the Studio that shows this run and takes its settings into the form.
 * @param {string} runId
 */
export const addressToUse = (runId) => at(`/?run=${encodeURIComponent(runId)}&use=settings`);

/** The run whose settings the address asks for, once; a reload asks no more. */
export function takeUse() {
  const url = new URL(location.href);
  if (!url.searchParams.has("use")) return null;
  url.searchParams.delete("use");
  history.replaceState(null, "", url);
  return url.searchParams.get("run");
}

/**
 * The digit that an address puts on the pad, `?digit=<dataset>/<part>/<index>`, as the address to
 * fetch it from; null where there is none.
 * @param {string} href
 */
export function digitWanted(href) {
  const wanted = new URL(href).searchParams.get("digit") ?? "";
  const [, dataset, part, index] = /^([\w-]{1,40})\/(train|test)\/(\d{1,7})$/.exec(wanted) ?? [];
  return dataset ? `/api/datasets/${dataset}/digits?part=${part}&offset=${index}&limit=1` : null;
}

/** The same for this page, once; a reload asks no more. */
export function takeDigit() {
  const url = new URL(location.href);
  const wanted = digitWanted(url.href);
  url.searchParams.delete("digit");
  if (wanted) history.replaceState(null, "", url);
  return wanted;
}

const hasPage = typeof location !== "undefined";

export const selection = createSelection(
  hasPage ? new URL(location.href).searchParams.get("run") : null,
  (runId) => hasPage && history.replaceState(null, "", addressOf(location.href, runId)),
);
