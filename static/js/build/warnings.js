// @ts-check
/** Faults and warnings, each beside the control that it is about; where Flatten is missing, a button. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { layerIndex, nearest } from "./paths.js";
import { addFlatten, missingFlatten, placed, warningsNow } from "./problems.js";
import { capital } from "./train.js";

/** @typedef {import("./control.js").Field} Field */
/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").ConfigWarning} ConfigWarning */
/** @typedef {import("../types.js").FieldProblem} FieldProblem */

/** Show all there are; returns the warnings that are beside no control. @param {Form} form */
export function showProblems(form) {
  form.state.faults = placed(form.state);
  const faults = byField(form, form.state.faults);
  const now = warningsNow(form.state);
  const warnings = byField(form, now);
  for (const [path, field] of form.fields) {
    showFaults(form, path, field, faults.get(path) ?? []);
    showWarnings(form, field, warnings.get(path) ?? []);
  }
  form.state.warned = new Set(now.map(keyOf));
  return warnings.get("") ?? [];
}

/**
 * Problems by the nearest control; "" has what is near none.
 * @template {{path: string}} P
 * @param {Form} form
 * @param {P[]} problems
 */
function byField({ fields }, problems) {
  /** @type {Map<string, P[]>} */
  const found = new Map();
  for (const problem of problems) {
    const at = nearest(problem.path, (known) => fields.has(known)) ?? "";
    found.set(at, [...(found.get(at) ?? []), problem]);
  }
  return found;
}

/** @param {Form} form @param {string} path @param {Field} field @param {FieldProblem[]} faults */
function showFaults(form, path, { input, fault }, faults) {
  const text = faults.map(({ message }) => capital(message)).join(" ");
  const at = faults.some((one) => one.path === path) ? flattenAt(form, path) : null;
  write(fault, `${text}${at}`, faults.length ? [text, ...button(form, at)] : []);
  mark(input, faults.length > 0);
  if (faults.length) input.closest("details")?.setAttribute("open", "");
}

/** @param {Form} form @param {Field} field @param {ConfigWarning[]} warnings */
function showWarnings(form, { input, warning }, warnings) {
  const lines = warnings.map(({ code, path, message }) => {
    const at = code === "dense_before_flatten" ? layerIndex(path) : null;
    return el("p", { class: "warning" }, message, ...button(form, at));
  });
  write(warning, JSON.stringify(warnings), lines);
  // What the reader folds away again stays so.
  if (warnings.some((one) => !form.state.warned.has(keyOf(one))))
    input.closest("details")?.setAttribute("open", "");
}

/** @param {ConfigWarning} warning */
const keyOf = ({ code, path }) => `${code} ${path}`;

/** What did not change keeps its elements. @param {HTMLElement} box @param {string} version @param {(Node|string)[]} children */
function write(box, version, children) {
  box.hidden = !children.length;
  if (box.dataset.shown === version) return;
  box.dataset.shown = version;
  box.replaceChildren(...children);
}

/** Only controls can be invalid to assistive technology; layers are marked for the eye. @param {HTMLElement} input @param {boolean} isFaulty */
function mark(input, isFaulty) {
  if (!input.matches("input, select")) input.classList.toggle("faulty", isFaulty);
  else if (isFaulty) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** Where Flatten is missing, if that is what is wrong at `path`. @param {Form} form @param {string} path */
function flattenAt({ state }, path) {
  const { layers } = state.config;
  const at = missingFlatten(layers);
  return path === (at === layers.length ? "layers" : `layers[${at}]`) ? at : null;
}

/** The button that adds Flatten there; none for null. @param {Form} form @param {number|null} at */
function button(form, at) {
  if (at === null) return [];
  const add = () => form.reshape(() => addFlatten(form.state, at), `layers[${at}]`);
  const attributes = { type: "button", class: "ghost mend", "data-key": "flatten", onclick: add };
  return [" ", el("button", attributes, _("Add it here"))];
}
