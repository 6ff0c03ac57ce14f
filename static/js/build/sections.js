// @ts-check
/** The three steps of the lecture that a form can hold: Build, Compile, Fit. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { chosen, controlsOf } from "./arguments.js";
import { presetOf } from "./compare.js";
import { field, labelled } from "./control.js";
import { digitsField } from "./digits.js";
import { anyControl } from "./nested.js";
import { valueAt } from "./paths.js";
import { chooseNamed, replaceConfig } from "./state.js";
import { strand } from "./strand.js";
import { undoButtons } from "./steps.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").Argument} Argument */
/** @typedef {import("../types.js").Choice} Choice */

/** @param {string} number @param {string} title @param {HTMLElement|null} aside @param {...any} inner */
function step(number, title, aside, ...inner) {
  return el(
    "section",
    { class: "step", "aria-label": title },
    el("h2", {}, el("b", { "aria-hidden": "true" }, number), title, aside),
    ...inner,
  );
}

/** @param {Form} form */
export function buildStep(form) {
  return step(
    "1",
    _("Build"),
    el("small", { id: "params" }),
    undoButtons(form),
    el("div", { class: "fields" }, presetField(form)),
    ...strand(form),
  );
}

/** @param {Form} form */
function presetField(form) {
  const { catalog, config } = form.state;
  const now = presetOf(catalog, config);
  const choose = () => {
    const preset = catalog.presets.find(({ name }) => name === box.value);
    if (!preset) return;
    const text = _("%(preset)s replaced your network.", { preset: preset.title });
    form.reshape(() => replaceConfig(form.state, preset.config, text), "preset");
  };
  const box = el(
    "select",
    { id: "preset", class: "select", "data-key": "preset", onchange: choose },
    el("option", { value: "", hidden: now !== null }, _("Your own network")),
    catalog.presets.map(({ name, title }) => el("option", { value: name }, title)),
  );
  box.value = now?.name ?? "";
  const words = {
    title: _("Start from"),
    help: _("Networks that each show one thing. Choose one, then change what you like."),
  };
  const tip = () => now?.help || words.help;
  const label = el("label", { for: "preset" }, words.title);
  return field(form, "preset", words, {
    input: box,
    id: "preset",
    className: "wide inline",
    head: [label],
    tip,
  });
}

/** @param {Form} form */
export function compileStep(form) {
  const { losses, optimizers } = form.state.catalog;
  const loss = named(form, "compile.loss", _("Loss"), losses, "wide inline");
  const optimizer = named(form, "compile.optimizer", _("Optimizer"), optimizers, "");
  const all = [
    ...controlsOf("compile.optimizer.", optimizer.arguments),
    ...controlsOf(
      "compile.loss.",
      loss.arguments.map((one) => ({ ...one, advanced: true })),
    ),
  ];
  return step(
    "2",
    _("Compile"),
    null,
    el(
      "div",
      { class: "fields" },
      loss.element,
      optimizer.element,
      all.filter(({ argument }) => !argument.advanced).map((control) => anyControl(form, control)),
    ),
    more(
      form,
      "compile",
      _("More compile options"),
      all.filter(({ argument }) => argument.advanced),
    ),
  );
}

/**
 * The choice of a loss or an optimizer.
 * @param {Form} form
 * @param {"compile.loss"|"compile.optimizer"} path
 * @param {string} title
 * @param {Choice[]} choices
 * @param {string} className
 */
function named(form, path, title, choices, className) {
  const own = form.state.catalog.fields.compile.find(({ name }) => path === `compile.${name}`);
  const value = valueAt(form.state.config, path);
  const now = chosen(choices, value);
  const id = path.replace(".", "-");
  const box = el(
    "select",
    {
      id,
      class: "select",
      "data-key": path,
      onchange: () => form.reshape(() => chooseNamed(form.state, path, box.value), path),
    },
    now ? null : el("option", { value: "" }, String(value?.name ?? value ?? "")),
    choices.map(({ name }) => el("option", { value: name }, name)),
  );
  box.value = now?.name ?? "";
  const words = { title, help: own?.help ?? now?.help ?? "" };
  const tip = () =>
    [...new Set([own?.help, now && `${now.name}: ${now.help}`])].filter(Boolean).join(" ");
  const label = el("label", { for: id }, title);
  const element = field(form, path, words, { input: box, id, className, head: [label], tip });
  return { element, arguments: now?.arguments ?? [] };
}

/** @param {Form} form */
export function fitStep(form) {
  const { fields } = form.state.catalog;
  const rest = [
    ...controlsOf(
      "dataset.",
      fields.dataset.filter(({ name }) => name !== "name"),
    ),
    ...controlsOf("fit.", fields.fit),
    { path: "seed", argument: fields.seed },
  ];
  const front = ["fit.batch_size", "fit.epochs", "fit.validation_split", "dataset.train_samples"];
  const isFront = (/** @type {{path: string}} */ { path }) => front.includes(path);
  return step(
    "3",
    _("Fit"),
    null,
    el(
      "div",
      { class: "fields" },
      digitsField(form),
      front
        .flatMap((path) => rest.filter((one) => one.path === path))
        .map((control) => anyControl(form, control)),
    ),
    more(
      form,
      "fit",
      _("More training options"),
      rest.filter((control) => !isFront(control)),
    ),
    el("div", { class: "fields" }, nameField(form)),
  );
}

/** Empty until somebody types a name: then the server's own stands there as a suggestion. @param {Form} form */
function nameField(form) {
  const { fields } = form.state.catalog;
  const argument = { ...fields.name, default: "", nullable: true };
  const element = labelled(form, { path: "name", argument }, "wide");
  form.fields.get("name")?.input.setAttribute("placeholder", form.state.madeName);
  return element;
}

/**
 * What is less used, folded away until wanted.
 * @param {Form} form
 * @param {string} name
 * @param {string} title
 * @param {import("./arguments.js").Control[]} controls
 */
function more(form, name, title, controls) {
  if (!controls.length) return null;
  const { open } = form.state;
  const box = el(
    "details",
    { class: "more-fields", open: open.has(name) },
    el("summary", { "data-key": `summary-${name}` }, title),
    el(
      "div",
      { class: "fields" },
      controls.map((control) => anyControl(form, control)),
    ),
  );
  box.addEventListener("toggle", () => (box.open ? open.add(name) : open.delete(name)));
  return box;
}
