// @ts-check
/** Fetching a dataset that the server does not have: a button, then a bar. */

import { post } from "./api.js";
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { bytes } from "./numbers.js";

/** @typedef {import("./types.js").Dataset} Dataset */
/** @typedef {import("./types.js").DatasetEvent} DatasetEvent */
/** @typedef {Pick<DatasetEvent, "name" | "state"> & Partial<DatasetEvent>} Progress */

/** A dataset's title with what stands in the way of it. @param {Dataset} dataset */
export function titleOf({ title, available, reason }) {
  if (available) return title;
  return reason
    ? _("%(title)s (cannot be used)", { title })
    : _("%(title)s (not downloaded)", { title });
}

/**
 * @param {Dataset} dataset
 * @param {Progress | undefined} event the newest about it
 * @param {() => void} onDownload
 */
export function fetching(dataset, event, onDownload) {
  if (event?.state === "downloading") return progress(event);
  const failed = event?.state === "failed" ? event.message || _("The download failed.") : null;
  const size = dataset.bytes ? ` (${bytes(dataset.bytes)})` : "";
  const button = { type: "button", class: "button", "data-key": "download", onclick: onDownload };
  return el(
    "div",
    { class: "fetching" },
    failed ? el("p", { class: "fault", role: "alert" }, failed) : null,
    el("p", {}, dataset.reason ?? _("The server does not have these digits yet.")),
    dataset.downloadable
      ? el("button", button, failed ? _("Try again") : _("Download") + size)
      : null,
  );
}

/** @param {Progress} event */
function progressWords({ received = 0, total }) {
  if (!total) return bytes(received);
  return _("%(received)s of %(total)s", { received: bytes(received), total: bytes(total) });
}

/**
 * Move the bar that is there, so that nothing else on the page is disturbed.
 * @param {Progress} event
 * @returns {boolean} whether there was one to move
 */
export function moveProgress(event) {
  const bar = /** @type {HTMLProgressElement|null} */ (
    document.querySelector(".fetching progress")
  );
  if (event.state !== "downloading" || !bar) return false;
  const { received = 0, total } = event;
  if (total) {
    bar.max = total;
    bar.value = received;
  }
  /** @type {Element} */ (bar.nextElementSibling).textContent = progressWords(event);
  return true;
}

/** @param {Progress} event */
function progress(event) {
  const { received = 0, total } = event;
  return el(
    "div",
    { class: "fetching" },
    el("progress", {
      max: total ?? 1,
      value: total ? received : null,
      "aria-label": _("Download"),
    }),
    el("p", { class: "num" }, progressWords(event)),
  );
}

/**
 * Let the server download it; `note` receives the start, or a refusal.
 * @param {string} name
 * @param {(event: Progress) => void} note
 */
export async function download(name, note) {
  note({ name, state: "downloading", received: 0 });
  try {
    await post(`/api/datasets/${encodeURIComponent(name)}/download`);
  } catch (error) {
    note({ name, state: "failed", message: /** @type {Error} */ (error).message });
  }
}
