// @ts-check
/** The network as a strand of beads: one for each layer, filled where it learns. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { controlsOf, kindOf, splitArguments } from "./arguments.js";
import { addItem } from "./adding.js";
import { bare, helpOf, roomFor } from "./control.js";
import { anyControl } from "./nested.js";
import { copyLayer, dropLayer, shiftLayer } from "./state.js";

/** @typedef {import("./control.js").Form} Form */

/** @param {Form} form */
export function strand(form) {
  const { config, ids } = form.state;
  const list = el(
    "ol",
    { class: "strand", "aria-label": _("Layers") },
    el(
      "li",
      { class: "io" },
      el("span", { class: "bead" }),
      el("div", {}, _("Image"), " ", el("span", { class: "num" }, "28×28×1")),
      el("div", { class: "shape heads", "aria-hidden": "true" }, _("shape"), el("br"), _("params")),
    ),
    config.layers.map((layer, index) => layerItem(form, index, ids[index])),
    addItem(),
    el(
      "li",
      { class: "io" },
      el("span", { class: "bead" }),
      el("div", {}, _("Ten probabilities, 0–9")),
      el("div", { class: "shape" }, _("sum = 1")),
    ),
  );
  const { fault, warning } = roomFor(list, "layers");
  form.fields.set("layers", { input: list, fault, warning, element: list });
  list.tabIndex = -1;
  return [list, fault, warning];
}

/** @param {Form} form @param {number} index @param {number} id */
function layerItem(form, index, id) {
  const { catalog, config, open } = form.state;
  const layer = config.layers[index];
  const kind = kindOf(catalog, layer.type);
  const title = layer.type;
  const { inline, folded } = splitArguments(kind?.arguments ?? []);
  const parts = controlsOf(`layers[${index}].`, inline).map((control) => bare(form, control));
  const isOpen = open.has(id);
  const more = el(
    "button",
    {
      type: "button",
      class: "icon more",
      "data-key": `more-${id}`,
      "aria-expanded": String(isOpen),
      "aria-label": _("More about %(layer)s, layer %(n)s", { layer: title, n: index + 1 }),
      onclick: () => form.reshape(() => toggle(open, id), `more-${id}`),
    },
    "⋯",
  );
  const bead = el("span", {
    class: "bead",
    "aria-hidden": "true",
    title: _("Drag to move this layer"),
  });
  const { fault, warning } = roomFor(more, `layer-${id}`);
  const item = el(
    "li",
    {
      class: kind?.learns ? "learn" : null,
      "data-id": id,
      "aria-describedby": more.getAttribute("aria-describedby"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => moveByKey(form, event, index, id),
    },
    bead,
    el(
      "div",
      { class: "layer" },
      el(
        "div",
        { class: "line" },
        el("strong", {}, breakable(title)),
        parts.map((part) => [part.input, part.help]).flat(),
        more,
      ),
      parts.map((part) => [part.fault, part.warning]).flat(),
      fault,
      warning,
      isOpen ? foldOut(form, index, id, title, folded) : null,
    ),
    el("div", { class: "shape" }),
  );
  item.tabIndex = -1;
  form.fields.set(`layers[${index}]`, { input: item, fault, warning, element: item });
  const drop = (/** @type {number} */ to) => form.reshape(() => shiftLayer(form.state, index, to));
  bead.addEventListener("pointerdown", (press) => void form.steps.drag(press, bead, item, drop));
  return item;
}

/** "GlobalAveragePooling2D" may break before a capital. @param {string} name */
const breakable = (name) =>
  name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((part, i) => (i ? [el("wbr"), part] : [part]));

/** @param {Set<any>} open @param {any} name */
const toggle = (open, name) => void (open.delete(name) || open.add(name));

/** Alt+↑ and Alt+↓ move the layer that has the focus. @param {Form} form @param {KeyboardEvent} event @param {number} index @param {number} id */
function moveByKey(form, event, index, id) {
  const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const key = /** @type {HTMLElement} */ (event.target).dataset.key?.replace(
    /^layers\[\d+\]/,
    `layers[${Math.max(0, Math.min(form.state.ids.length - 1, index + step))}]`,
  );
  form.reshape(() => shiftLayer(form.state, index, index + step), key ?? `more-${id}`);
}

/**
 * @param {Form} form
 * @param {number} index
 * @param {number} id
 * @param {string} title
 * @param {import("../types.js").Argument[]} folded
 */
function foldOut(form, index, id, title, folded) {
  const kind = kindOf(form.state.catalog, form.state.config.layers[index].type);
  const { inline } = splitArguments(kind?.arguments ?? []);
  return el(
    "div",
    { class: "fold" },
    actions(form, index, id, title),
    kind ? el("p", { class: "help" }, el("b", {}, kind.title), ". ", kind.help) : null,
    kind ? inGlossary(kind.type) : null,
    inline.length
      ? el(
          "dl",
          { class: "help" },
          inline
            .map((one) => [
              el("dt", {}, one.title),
              el("dd", {}, helpOf(one, form.state.config.layers[index][one.name] ?? one.default)),
            ])
            .flat(),
        )
      : null,
    folded.length
      ? el(
          "div",
          { class: "fields" },
          controlsOf(`layers[${index}].`, folded).map((control) => anyControl(form, control)),
        )
      : null,
  );
}

/** The link to the entry of a kind of layer, where it has one. @param {string} type */
function inGlossary(type) {
  const link = el("a", { hidden: true }, _("In the glossary"));
  const terms = () => import("./terms.js");
  terms().then(
    ({ entryOfLayer }) => {
      const href = entryOfLayer(type);
      Object.assign(link, { href, hidden: !href });
    },
    () => {}, // without it the link is not missed
  );
  return el("p", { class: "help" }, link);
}

/** @param {Form} form @param {number} index @param {number} id @param {string} title */
function actions(form, index, id, title) {
  const { state } = form;
  const last = state.ids.length - 1;
  const words = { layer: title, n: index + 1 };
  /** @param {string} text @param {string} name @param {string} key @param {() => void} act @param {boolean} off */
  const button = (text, name, key, act, off = false) =>
    el(
      "button",
      {
        type: "button",
        class: "ghost",
        "data-key": `${key}-${id}`,
        "aria-label": name,
        disabled: off,
        onclick: act,
      },
      text,
    );
  const shift = (/** @type {number} */ to, /** @type {string} */ key) => () =>
    form.reshape(() => shiftLayer(state, index, to), `${key}-${id}`);
  return el(
    "div",
    { class: "actions" },
    button("↑", _("Move %(layer)s up", words), "up", shift(index - 1, "up"), index === 0),
    button("↓", _("Move %(layer)s down", words), "down", shift(index + 1, "down"), index === last),
    button(_("Duplicate"), _("Duplicate %(layer)s", words), "copy", () =>
      form.reshape(() => void copyLayer(state, index), `copy-${id}`),
    ),
    button(_("Remove"), _("Remove %(layer)s", words), "drop", () =>
      form.reshape(
        () => dropLayer(state, index, _("%(layer)s removed.", words)),
        `more-${state.ids[index + 1] ?? state.ids[index - 1]}`,
      ),
    ),
  );
}
