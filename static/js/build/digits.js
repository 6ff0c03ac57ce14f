// @ts-check
/** Which digits to learn from; what is not on the server's machine can be fetched from here. */
import { download, fetching, titleOf } from "../download.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { count } from "../numbers.js";
import { field } from "./control.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").Dataset} Dataset */

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
  const foot = now ? [now.available ? sizes(now) : missing(form, now)] : [];
  return field(form, path, words, {
    input: box,
    id: "digits",
    className: "wide inline",
    head: [label],
    foot,
    tip,
  });
}

/** @param {Dataset} dataset */
function sizes({ train, test }) {
  const words = { train: count(train), test: count(test) };
  return el("p", { class: "aside" }, _("%(train)s for training, %(test)s for testing", words));
}

/** @param {Form} form @param {Dataset} dataset */
function missing(form, dataset) {
  const { downloads } = form.state;
  const start = () =>
    void download(dataset.name, (event) => {
      const focus = event.state === "failed" ? "download" : undefined;
      form.reshape(() => void downloads.set(dataset.name, event), focus);
    });
  return fetching(dataset, downloads.get(dataset.name), start);
}
