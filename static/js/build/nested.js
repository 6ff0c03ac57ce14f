// @ts-check
/** Controls that hold others: what can be switched on (early stopping), and regularizers. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { controlsOf } from "./arguments.js";
import { field, labelled } from "./control.js";
import { valueAt } from "./paths.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("./arguments.js").Control} Control */

let lastId = 0;

/**
 * Whatever the argument is.
 * @param {Form} form
 * @param {Control} control
 * @param {string} [className]
 * @returns {HTMLElement}
 */
export function anyControl(form, control, className) {
  if (control.argument.type === "object") return switched(form, control);
  if (control.argument.type === "regularizer") return regularizer(form, control);
  return labelled(form, control, className);
}

/** null, or an object of its own arguments. @param {Form} form @param {Control} control */
function switched(form, { path, argument }) {
  const id = `n${++lastId}`;
  const on = Boolean(valueAt(form.state.config, path));
  const inner = argument.arguments ?? [];
  const defaults = () =>
    argument.suggested ??
    Object.fromEntries(inner.map(({ name, default: value }) => [name, value]));
  const toggle = () => {
    const kept = form.state.kept[path] ?? defaults();
    if (on) form.state.kept[path] = valueAt(form.state.config, path);
    form.reshape(() => form.set(path, on ? null : kept), path);
  };
  const input = el("input", {
    type: "checkbox",
    id,
    "data-key": path,
    checked: on,
    onchange: toggle,
  });
  const label = el("label", { class: "check", for: id }, input, argument.title);
  const foot = on
    ? [
        el(
          "div",
          { class: "fields inner", role: "group", "aria-label": argument.title },
          controlsOf(`${path}.`, inner).map((control) => anyControl(form, control)),
        ),
      ]
    : [];
  return field(form, path, argument, { input, id, className: "wide", head: [label], foot });
}

/** null, a name, or {name, l1, l2}. @param {Form} form @param {Control} control */
function regularizer(form, { path, argument }) {
  const id = `n${++lastId}`;
  const { regularizers } = form.state.catalog;
  const value = valueAt(form.state.config, path) ?? null;
  const plain = (/** @type {any} */ name) =>
    String(name ?? "")
      .toLowerCase()
      .replace("_", "");
  const now = regularizers.find(({ name }) => plain(name) === plain(value?.name ?? value));
  const box = el(
    "select",
    {
      id,
      class: "select",
      "data-key": path,
      onchange: () =>
        form.reshape(() => form.set(path, box.value ? { name: box.value } : null), path),
    },
    el("option", { value: "" }, _("none")),
    regularizers.map(({ name }) => el("option", { value: name }, name)),
  );
  box.value = now?.name ?? "";
  const label = el("label", { for: id }, argument.title);
  const inner = typeof value === "object" || !now ? (now?.arguments ?? []) : [];
  const foot = inner.length
    ? [
        el(
          "div",
          { class: "fields inner" },
          controlsOf(`${path}.`, inner).map((control) => labelled(form, control)),
        ),
      ]
    : [];
  return field(form, path, argument, { input: box, id, className: "wide", head: [label], foot });
}
