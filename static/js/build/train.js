// @ts-check
/** Train: the button, what it costs, and what the server said when it would not. */
import { ApiError, post } from "../api.js";
import { el } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { nearest } from "./paths.js";
import { noteTrained } from "./state.js";

/** @typedef {import("./control.js").Form} Form */
/** @typedef {import("./build.js").Options} Options */

/** The server's sentences go on from the field's name: here each stands by itself. @param {string} message */
export const capital = (message) => message.charAt(0).toUpperCase() + message.slice(1);

/** Let the form train when it is submitted. @param {Form} form @param {HTMLFormElement} element @param {Options} options */
export function mountTrain(form, element, options) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void train(form, element, options);
  };
  element.addEventListener("submit", submit, { signal: form.lifetime.signal });
}

export function trainBar() {
  return [
    el("div", { class: "notes" }),
    el("div", { class: "summary notice", tabindex: "-1", role: "group", hidden: true }),
    el(
      "div",
      { class: "go" },
      el("button", { type: "submit", class: "primary train", "data-key": "train" }, _("Train")),
      el("div", { class: "sum num" }),
    ),
  ];
}

/** @param {Form} form @param {HTMLFormElement} element @param {Options} options */
async function train(form, element, options) {
  const { state } = form;
  if (state.sending) return;
  if (state.faults.length) return refuse(form, element, null);
  state.sending = true;
  showSending(form, element);
  try {
    const from = state.origin && `?from=${encodeURIComponent(state.origin)}`;
    const run = await post(`/api/runs${from ?? ""}`, state.config);
    state.refused = null;
    form.reshape(() => noteTrained(state, run));
    options.onTrained(run);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.faults = error.fields;
    refuse(form, element, error.message);
  } finally {
    state.sending = false;
    showSending(form, element);
  }
}

/** @param {Form} form @param {HTMLFormElement} element */
function showSending({ state }, element) {
  const button = /** @type {HTMLButtonElement|null} */ (element.querySelector(".train"));
  if (!button) return;
  button.setAttribute("aria-disabled", String(state.sending));
  button.textContent = state.sending ? _("Sending…") : _("Train");
}

/**
 * Say why not, and let the summary have the focus.
 * @param {Form} form
 * @param {HTMLFormElement} element
 * @param {string|null} message the server's; null: the faults speak for themselves
 */
function refuse(form, element, message) {
  const { length } = form.state.faults;
  form.state.refused =
    message ?? ngettext("Fix this first:", "Fix these %(n)s things first:", length);
  form.repaint();
  requestAnimationFrame(() => {
    const box = /** @type {HTMLElement|null} */ (element.querySelector(".summary"));
    box?.focus();
    box?.scrollIntoView({ block: "nearest" });
  });
}

/** @param {Form} form @param {HTMLElement} element */
export function summary(form, element) {
  const { state, fields } = form;
  const box = /** @type {HTMLElement|null} */ (element.querySelector(".summary"));
  if (!box) return;
  const text = state.refused ?? state.trouble;
  box.hidden = text === null;
  if (text === null) return;
  const items = state.refused ? state.faults : [];
  const go = (/** @type {string} */ path) => () => {
    const at = nearest(path, (known) => fields.has(known));
    const field = at ? fields.get(at) : undefined;
    field?.input.closest("details")?.setAttribute("open", "");
    field?.input.focus();
  };
  // The same again would take the focus from its buttons, and swallow a click.
  const shown = JSON.stringify([text, items.map(({ path }) => labelOf(form, path)), items]);
  if (box.dataset.shown === shown) return;
  box.dataset.shown = shown;
  box.replaceChildren(
    el("p", {}, text),
    items.length
      ? el(
          "ul",
          {},
          items.map(({ path, message }) =>
            el(
              "li",
              {},
              el(
                "button",
                { type: "button", class: "link", onclick: go(path) },
                labelOf(form, path),
              ),
              " ",
              capital(message),
            ),
          ),
        )
      : "",
  );
}

/** What the reader calls this place. @param {Form} form @param {string} path */
export function labelOf({ state, fields }, path) {
  const at = nearest(path, (known) => fields.has(known));
  const layer = /^layers\[(\d+)\]/.exec(path);
  const type = layer && state.config.layers[Number(layer[1])]?.type;
  const element = at ? fields.get(at)?.element : undefined;
  const input = at ? fields.get(at)?.input : undefined;
  const own = input?.getAttribute("aria-label") ?? element?.querySelector("label")?.textContent;
  const place =
    layer && type ? _("%(layer)s (layer %(n)s)", { layer: type, n: Number(layer[1]) + 1 }) : "";
  return [place, layer && at === layer[0] ? "" : own].filter(Boolean).join(" · ") || path;
}
