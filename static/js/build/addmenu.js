// @ts-check
/** "Add a layer": every kind there is, in groups, with a sentence of help each. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { newLayer, placeFor } from "./layers.js";
import { addLayer } from "./state.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").LayerKind} LayerKind */

/** @returns {[string, string[]][]} groups and their types; what is in none comes last */
const groups = () => [
  [_("Basic"), ["Dense", "Flatten", "Activation"]],
  [_("For images"), ["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"]],
  [_("Normalisation and regularisation"), ["BatchNormalization", "Dropout", "GaussianNoise"]],
  [_("Data augmentation"), ["RandomRotation", "RandomTranslation", "RandomZoom"]],
];

/**
 * @param {LayerKind[]} kinds
 * @returns {[string, LayerKind[]][]}
 */
export function grouped(kinds) {
  const left = new Set(kinds);
  /** @type {[string, LayerKind[]][]} */
  const found = groups().map(([title, types]) => {
    const own = types.flatMap((type) => kinds.find((kind) => kind.type === type) ?? []);
    for (const kind of own) left.delete(kind);
    return [title, own];
  });
  return [...found, /** @type {any} */ ([_("Others"), [...left]])].filter(([, own]) => own.length);
}

/** @param {Form} form */
export function addMenu(form) {
  const { state } = form;
  const isOpen = state.open.has("add");
  const close = () => form.reshape(() => void state.open.delete("add"), "add");
  const button = el(
    "button",
    {
      type: "button",
      class: "add",
      "data-key": "add",
      "aria-expanded": String(isOpen),
      onclick: () => (isOpen ? close() : form.reshape(() => void state.open.add("add"), "add-0")),
    },
    _("+ Add a layer"),
  );
  if (!isOpen) return [button];
  let n = 0;
  const menu = el(
    "div",
    {
      class: "menu",
      role: "group",
      "aria-label": _("Layers to add"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close(),
    },
    grouped(state.catalog.layers)
      .map(([title, kinds]) => [
        el("h3", {}, title),
        ...kinds.map((kind) => choice(form, kind, `add-${n++}`)),
      ])
      .flat(),
  );
  return [button, menu];
}

/** @param {Form} form @param {LayerKind} kind @param {string} key */
function choice(form, kind, key) {
  return el(
    "button",
    {
      type: "button",
      "data-key": key,
      class: kind.learns ? "learn" : null,
      onclick: () => add(form, kind),
    },
    el("strong", {}, kind.title, kind.title === kind.type ? null : el("code", {}, kind.type)),
    el("span", {}, kind.help),
  );
}

/** @param {Form} form @param {LayerKind} kind */
function add(form, kind) {
  const { state } = form;
  const at = placeFor(state.config.layers, kind.type);
  state.open.delete("add");
  form.reshape(() => void addLayer(state, at, newLayer(kind)), `layers[${at}]`);
}
