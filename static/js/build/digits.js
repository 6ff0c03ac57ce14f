// @ts-check
/** Which digits to learn from; what is not on the server's machine can be fetched from here. */
import { post } from "../api.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { bytes, count } from "../numbers.js";
import { field } from "./control.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").Dataset} Dataset */
/** @typedef {import("../types.js").DatasetEvent} DatasetEvent */

/** @param {Form} form */
export function digitsField(form) {
  const { catalog, config } = form.state;
  const path = "dataset.name";
  const choose = () => form.reshape(() => form.set(path, box.value), path);
  const known = catalog.datasets.some(({ name }) => name === config.dataset.name);
  const box = el(
    "select",
    { id: "digits", class: "select", "data-key": path, onchange: choose },
    known ? null : el("option", { value: config.dataset.name }, config.dataset.name),
    catalog.datasets.map((one) => el("option", { value: one.name }, titleOf(one))),
  );
  box.value = config.dataset.name;
  const now = catalog.datasets.find(({ name }) => name === config.dataset.name);
  const own = catalog.fields.dataset.find(({ name }) => name === "name");
  const words = { title: _("Digits"), help: own?.help ?? now?.help ?? "" };
  const tip = () => [now?.help ?? words.help].join(" ");
  const label = el("label", { for: "digits" }, words.title);
  const foot = now ? [now.available ? sizes(now) : fetching(form, now)] : [];
  return field(form, path, words, {
    input: box,
    id: "digits",
    className: "wide",
    head: [label],
    foot,
    tip,
  });
}

/** @param {Dataset} dataset */
const titleOf = ({ title, available }) =>
  available ? title : _("%(title)s (not here yet)", { title });

/** @param {Dataset} dataset */
function sizes({ train, test }) {
  const words = { train: count(train), test: count(test) };
  return el("p", { class: "aside" }, _("%(train)s to train, %(test)s to test", words));
}

/** @param {Form} form @param {Dataset} dataset */
function fetching(form, dataset) {
  const event = form.state.downloads.get(dataset.name);
  if (event?.state === "downloading") return progress(event);
  const failed = event?.state === "failed" ? event.message || _("The download failed.") : null;
  const size = dataset.bytes ? ` (${bytes(dataset.bytes)})` : "";
  return el(
    "div",
    { class: "fetching" },
    failed ? el("p", { class: "fault", role: "alert" }, failed) : null,
    el("p", {}, _("The server does not have these digits yet.")),
    dataset.downloadable
      ? el(
          "button",
          {
            type: "button",
            class: "button",
            "data-key": "download",
            onclick: () => void download(form, dataset.name),
          },
          failed ? _("Try again") : _("Download") + size,
        )
      : null,
  );
}

/** @param {DatasetEvent} event */
function progressWords({ received = 0, total }) {
  if (!total) return bytes(received);
  return _("%(received)s of %(total)s", { received: bytes(received), total: bytes(total) });
}

/**
 * Move the bar that is there, so that nothing else on the page is disturbed.
 * @param {DatasetEvent} event
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

/** @param {DatasetEvent} event */
function progress(event) {
  const { received = 0, total } = event;
  const words = progressWords(event);
  return el(
    "div",
    { class: "fetching" },
    el("progress", {
      max: total ?? 1,
      value: total ? received : null,
      "aria-label": _("Download"),
    }),
    el("p", { class: "num" }, words),
  );
}

/** @param {Form} form @param {string} name */
async function download(form, name) {
  const { downloads } = form.state;
  form.reshape(
    () => void downloads.set(name, { name, state: "downloading", received: 0, total: null }),
  );
  try {
    await post(`/api/datasets/${encodeURIComponent(name)}/download`);
  } catch (error) {
    const message = /** @type {Error} */ (error).message;
    form.reshape(() => void downloads.set(name, { name, state: "failed", message }), "download");
  }
}
