// @ts-check
/** One control of the form: its label, its "?", its input, and room for a fault beside it. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { toggletip } from "../toggletip.js";
import { valueAt } from "./paths.js";
import { read, write } from "./values.js";

/** @typedef {import("../types.js").Argument} Argument */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./arguments.js").Control} Control */

/**
 * @typedef {object} Field where a control stands on the page, for faults and focus
 * @property {HTMLElement} input
 * @property {HTMLElement} fault
 * @property {HTMLElement} warning
 * @property {HTMLElement} element
 *
 * @typedef {object} Form what the makers of controls need
 * @property {State} state
 * @property {Map<string, Field>} fields by path
 * @property {(path: string, value: any, typed?: boolean) => void} set a value changed
 * @property {(change: () => void, focus?: string) => void} reshape which controls there are changed
 * @property {ReturnType<typeof import("./steps.js").createSteps>} steps of its changes
 * @property {(act: () => void) => void} afterwards do it when the form was made anew
 * @property {(text: string) => void} say to those who do not see it
 * @property {() => void} repaint what is known about the draft changed
 * @property {import("../lifetime.js").Lifetime} lifetime
 */

/** What an empty field means, by its path's end. */
const EMPTY = () =>
  /** @type {Record<string, string>} */ ({
    seed: _("drawn at random"),
    train_samples: _("all of them"),
    strides: _("pool size"),
  });

/**
 * What an argument does, and what the choice made does.
 * @param {Argument} argument
 * @param {any} value
 */
export function helpOf(argument, value) {
  const now = argument.choice_help?.[value];
  return now ? `${argument.help} ${value}: ${now}` : argument.help;
}

const terms = () => import("./terms.js");

let lastId = 0;
const newId = () => `c${++lastId}`;

/** @param {Argument} argument @param {any} value */
const shown = (argument, value) => (value === undefined ? argument.default : value);

/**
 * A labelled control.
 * @param {Form} form
 * @param {Control} control
 * @param {string} [className]
 */
export function labelled(form, { path, argument }, className = "") {
  if (argument.type === "boolean") return checkbox(form, { path, argument }, "wide");
  const id = newId();
  const input = inputFor(form, { path, argument }, id);
  const label = el("label", { for: id }, argument.title);
  const tip = () => helpOf(argument, shown(argument, valueAt(form.state.config, path)));
  return field(form, path, argument, { input, id, className, head: [label], tip });
}

/**
 * A control without a visible label, in a layer's line.
 * @param {Form} form
 * @param {Control} control
 */
export function bare(form, { path, argument }) {
  const id = newId();
  const input = inputFor(form, { path, argument }, id);
  input.className = "arg";
  input.setAttribute("aria-label", argument.title);
  const { fault, warning } = roomFor(input, id, `${id}-help`);
  const help = el("span", { id: `${id}-help`, hidden: true }, argument.help);
  form.fields.set(path, { input, fault, warning, element: input });
  return { input, fault, warning, help };
}

/**
 * Room beside a control for what is wrong with it and for warnings, which describe it.
 * @param {HTMLElement} input
 * @param {string} id
 * @param {string} [help] the id of its sentence of help
 */
export function roomFor(input, id, help = "") {
  input.setAttribute("aria-describedby", `${help} ${id}-fault ${id}-warning`.trim());
  return {
    fault: el("p", { class: "fault", id: `${id}-fault`, hidden: true }),
    warning: el("div", { class: "warnings", id: `${id}-warning`, hidden: true }),
  };
}

/**
 * @param {Form} form
 * @param {string} path
 * @param {{title: string, help: string}} words
 * @param {{input: HTMLElement, id: string, className?: string, head: HTMLElement[], foot?: HTMLElement[],
 *   tip?: () => string}} parts
 */
export function field(form, path, words, { input, id, className = "", head, foot = [], tip }) {
  const { fault, warning } = roomFor(input, id, `${id}-help`);
  const help = el("span", { id: `${id}-help`, hidden: true }, words.help);
  const entry = async () => (await terms()).entryOf(path, valueAt(form.state.config, path));
  const question = toggletip(words.title, tip ?? (() => words.help), entry);
  const row = el("div", { class: "label" }, head, words.help ? question : null);
  const isBox = input instanceof HTMLInputElement && input.type === "checkbox";
  const element = el(
    "div",
    { class: `field ${className}` },
    row,
    isBox ? null : input,
    fault,
    warning,
    help,
    foot,
  );
  form.fields.set(path, { input, fault, warning, element });
  return element;
}

/** @param {Form} form @param {Control} control @param {string} className */
function checkbox(form, { path, argument }, className) {
  const id = newId();
  const input = el("input", {
    type: "checkbox",
    id,
    "data-key": path,
    checked: Boolean(shown(argument, valueAt(form.state.config, path))),
    onchange: () => form.set(path, input.checked),
  });
  const label = el("label", { class: "check", for: id }, input, argument.title);
  return field(form, path, argument, { input, id, className, head: [label] });
}

/** @param {Form} form @param {Control} control @param {string} id */
function inputFor(form, { path, argument }, id) {
  const text = write(argument, shown(argument, valueAt(form.state.config, path)));
  if (argument.type === "choice") return select(form, path, argument, text, id);
  const numeric = argument.type !== "text";
  const input = el("input", {
    id,
    class: "input",
    "data-key": path,
    type: "text",
    inputmode:
      argument.type === "integer" ? "numeric" : argument.type === "number" ? "decimal" : null,
    autocomplete: "off",
    spellcheck: "false",
    value: text,
    placeholder: argument.nullable ? (EMPTY()[argument.name] ?? _("none")) : null,
    oninput: () => form.set(path, read(argument, input.value), true),
    onchange: () => {
      const value = read(argument, input.value);
      if (numeric && typeof value !== "string") input.value = write(argument, value);
    },
  });
  if (numeric) input.classList.add("num");
  return input;
}

/**
 * @param {Form} form
 * @param {string} path
 * @param {Argument} argument
 * @param {string} now
 * @param {string} id
 */
function select(form, path, argument, now, id) {
  const choices = (argument.choices ?? []).map(String);
  const known = choices.find((choice) => choice.toLowerCase() === now.toLowerCase());
  const odd = now && !known ? [now] : [];
  const box = el(
    "select",
    {
      id,
      class: "select",
      "data-key": path,
      onchange: () => form.set(path, read(argument, box.value)),
    },
    argument.nullable ? el("option", { value: "" }, _("none")) : null,
    [...odd, ...choices].map((choice) => el("option", { value: choice }, choice)),
  );
  box.value = known ?? now;
  return box;
}
