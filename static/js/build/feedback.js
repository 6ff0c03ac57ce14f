// @ts-check
/** What is known about the draft, put beside what it is about: shapes, counts, faults, warnings. */
import { el } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { count, NOTHING, waitText } from "../numbers.js";
import { presetOf } from "./compare.js";
import { updatesPerEpoch } from "./estimate.js";
import { layerIndex, nearest } from "./paths.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("../types.js").FieldProblem} FieldProblem */

/** @param {Form} form @param {HTMLElement} root */
export function showFeedback(form, root) {
  showPreset(form, root);
  form.fields.get("name")?.input.setAttribute("placeholder", form.state.madeName);
  showShapes(form, root);
  showFaults(form);
  showWarnings(form);
  showSums(form, root);
}

/** A preset that was changed is one's own network. @param {Form} form @param {HTMLElement} root */
function showPreset({ state }, root) {
  const box = /** @type {HTMLSelectElement|null} */ (root.querySelector("#preset"));
  const now = presetOf(state.catalog, state.config);
  if (!box || box.value === (now?.name ?? "")) return;
  box.options[0].hidden = now !== null;
  box.value = now?.name ?? "";
}

/** @param {Form} form @param {HTMLElement} root */
function showShapes({ state }, root) {
  for (const item of root.querySelectorAll(".strand li[data-id]")) {
    const known = state.shapes.get(Number(/** @type {HTMLElement} */ (item).dataset.id));
    const shape = item.querySelector(".shape");
    if (!shape) continue;
    shape.classList.toggle("stale", state.stale && state.faults.length > 0);
    shape.replaceChildren(...(known ? shapeLines(known) : []));
  }
  const params = root.querySelector("#params");
  if (params && state.params !== null)
    params.textContent = ngettext("%(n)s param", "%(n)s params", state.params);
  params?.classList.toggle("stale", state.stale && state.faults.length > 0);
}

/** @param {{output_shape: number[], params: number}} layer */
function shapeLines({ output_shape, params }) {
  const shape = output_shape.map(count).join("×");
  return [
    el("span", { "aria-label": _("output shape %(shape)s", { shape }) }, shape),
    el("br"),
    params
      ? el("span", { "aria-label": ngettext("%(n)s param", "%(n)s params", params) }, count(params))
      : el("span", { "aria-label": _("nothing to learn") }, NOTHING),
  ];
}

/**
 * Each fault at its nearest control; what has none is left for the summary.
 * @param {Form} form
 * @returns {Map<string, string[]>}
 */
function faultsByField({ state, fields }) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { path, message } of state.faults) {
    const at = nearest(path, (known) => fields.has(known));
    if (at) found.set(at, [...(found.get(at) ?? []), message]);
  }
  return found;
}

/** The server's sentences go on from the field's name: here each stands by itself. @param {string} message */
export const capital = (message) => message.charAt(0).toUpperCase() + message.slice(1);

/** Only controls can be invalid to assistive technology; layers are marked for the eye. @param {HTMLElement} input @param {boolean} isFaulty */
function mark(input, isFaulty) {
  if (!input.matches("input, select")) input.classList.toggle("faulty", isFaulty);
  else if (isFaulty) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** @param {Form} form */
function showFaults(form) {
  const found = faultsByField(form);
  for (const [path, { input, fault }] of form.fields) {
    const messages = found.get(path) ?? [];
    fault.hidden = !messages.length;
    const text = messages.map(capital).join(" ");
    if (fault.textContent !== text) fault.textContent = text;
    mark(input, messages.length > 0);
    if (messages.length) input.closest("details")?.setAttribute("open", "");
  }
}

/** @param {Form} form */
function showWarnings({ state, fields }) {
  for (const field of fields.values()) if (field.warning) field.warning.hidden = true;
  for (const { path, message } of state.warnings) {
    const index = layerIndex(path);
    const warning = index === null ? null : fields.get(`layers[${index}]`)?.warning;
    if (!warning) continue;
    warning.textContent = warning.hidden ? message : `${warning.textContent} ${message}`;
    warning.hidden = false;
  }
}

/** What no layer can show. @param {Form} form */
function generalWarnings({ state }) {
  return state.warnings.filter(({ path }) => layerIndex(path) === null);
}

/** @param {Form} form @param {HTMLElement} root */
function showSums(form, root) {
  const { state } = form;
  const updates = updatesPerEpoch(state.catalog, state.config);
  const { seconds } = state;
  const sum = root.querySelector(".sum");
  sum?.replaceChildren(
    el(
      "span",
      {},
      updates === null ? "" : ngettext("%(n)s update an epoch", "%(n)s updates an epoch", updates),
    ),
    el("span", {}, seconds === null ? "" : waitText(seconds.most, seconds.least)),
  );
  const notes = root.querySelector(".notes");
  notes?.replaceChildren(
    ...generalWarnings(form).map(({ message }) => el("p", { class: "warning" }, message)),
  );
}

/** The outcome of the last check in a sentence, for those who do not see it. @param {Form} form */
export function outcome({ state }) {
  if (state.trouble) return state.trouble;
  const { length } = state.faults;
  if (length) return ngettext("%(n)s problem in the form.", "%(n)s problems in the form.", length);
  if (state.params === null) return "";
  return ngettext("%(n)s param, no problems.", "%(n)s params, no problems.", state.params);
}
