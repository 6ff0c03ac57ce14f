// @ts-check
/** What is known about the draft, put beside what it is about: shapes, counts, faults, warnings. */
import { el } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { count, NOTHING, waitText } from "../numbers.js";
import { presetOf } from "./compare.js";
import { updatesPerEpoch } from "./estimate.js";

/** @typedef {import("./control.js").Form} Form */

/** @param {Form} form @param {HTMLElement} root */
export function showFeedback(form, root) {
  showPreset(form, root);
  form.fields.get("name")?.input.setAttribute("placeholder", form.state.madeName);
  showShapes(form, root);
  showSums(form, root);
  form.steps.draw();
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
      : el("span", { "aria-label": _("no params") }, NOTHING),
  ];
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
      updates === null
        ? ""
        : ngettext("%(n)s update per epoch", "%(n)s updates per epoch", updates),
    ),
    el("span", {}, seconds === null ? "" : waitText(seconds.most, seconds.least)),
  );
}

/** The outcome of the last check in a sentence, for those who do not see it. @param {Form} form */
export function outcome({ state }) {
  if (state.trouble) return state.trouble;
  const { length } = state.faults;
  if (length) return ngettext("%(n)s problem in the form.", "%(n)s problems in the form.", length);
  if (state.params === null) return "";
  const params = ngettext("%(n)s param, no problems.", "%(n)s params, no problems.", state.params);
  const warnings = state.warnings.length;
  if (!warnings) return params;
  return `${params} ${ngettext("%(n)s warning.", "%(n)s warnings.", warnings)}`;
}
