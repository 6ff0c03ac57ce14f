// @ts-check
/** One run in the list: a row of the table, a card on a phone. */
import { can, hasWeights, mayChange } from "../control.js";
import { shownStatus } from "../diverged.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { isEscape } from "../keyboard.js";
import { count, moment, percent } from "../numbers.js";
import { addressToUse } from "../selection.js";
import { brief } from "./differences.js";
import { validationAccuracy } from "./state.js";
import { epochWords, statusWords, timeWords } from "./words.js";
import { at } from "../root.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * @typedef {object} Acts what can be done with a run
 * @property {(run: Run) => boolean} select false: refused
 * @property {(run: Run) => void} startRename
 * @property {(run: Run, name: string) => void} rename
 * @property {() => void} cancelRename
 * @property {(run: Run) => void} remove
 * @property {(run: Run, act: import("../control.js").Act) => void} control
 */

/** @typedef {{selected: boolean, renaming: boolean}} Look */

/** Statuses in which a run cannot be deleted. */
const TRAINS = new Set(["starting", "running"]);

/**
 * @param {Run} run
 * @param {Look} look
 * @param {Acts} acts
 */
export function row(run, look, acts) {
  const cell = (
    /** @type {string} */ name,
    /** @type {string} */ label,
    /** @type {any[]} */ ...inner
  ) => el("td", { role: "cell", class: name, "data-label": label }, ...inner);
  return el(
    "tr",
    { role: "row", "data-id": run.id, "aria-selected": String(look.selected) },
    cell("choose", "", chooser(run, look, acts)),
    cell("name", "", look.renaming ? renamer(run, acts) : title(run)),
    cell("state", "", pill(run)),
    cell("curve", _("Accuracy")),
    cell("num best", _("Validation"), percent(validationAccuracy(run))),
    cell("num test", _("Test"), percent(run.test?.accuracy)),
    cell("num params", _("Params"), count(run.params)),
    cell("num epochs", _("Epochs"), epochWords(run)),
    cell("num time", _("Time"), timeWords(run)),
    cell("made", _("Made"), el("time", { datetime: run.created_at }, moment(run.created_at))),
    cell("acts", "", menu(run, acts)),
  );
}

/** @param {Run} run @param {Look} look @param {Acts} acts */
function chooser(run, look, acts) {
  const box = el("input", {
    type: "checkbox",
    "data-key": `choose-${run.id}`,
    checked: look.selected,
    "aria-label": _("Select %(run)s to compare", { run: run.name }),
    onchange: () => {
      if (!acts.select(run)) box.checked = false;
    },
  });
  return el("label", { class: "chooser" }, box);
}

/** @param {Run} run */
function title(run) {
  return [
    el(
      "a",
      { href: at(`/?run=${encodeURIComponent(run.id)}`), "data-key": `open-${run.id}` },
      run.name,
    ),
    el("small", {}, summaryOf(run)),
  ];
}

/** @param {import("../types.js").Layer} layer "500 relu": what is not named is Dense */
const short = (layer) => brief(layer).replace(/^Dense /, "");

/** The network and how it learns, in a line. @param {Run} run */
export function summaryOf({ config }) {
  const all = config.layers.filter(({ type }) => type !== "Flatten").map(short);
  const net = all.length > 4 ? [...all.slice(0, 2), "…", ...all.slice(-1)] : all;
  return `${net.join(" → ")} · ${config.compile.optimizer.name} · ${config.dataset.name}`;
}

/** @param {Run} run @param {Acts} acts */
function renamer(run, acts) {
  const input = el("input", {
    class: "input",
    "data-key": `name-${run.id}`,
    value: run.name,
    maxlength: "80",
    "aria-label": _("New name of the run"),
    "aria-describedby": "rename-fault",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (isEscape(event)) acts.cancelRename();
    },
  });
  return el(
    "form",
    {
      class: "renamer",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        acts.rename(run, input.value.trim());
      },
    },
    input,
    el("button", { class: "button", type: "submit" }, _("Save")),
    el("button", { class: "button", type: "button", onclick: acts.cancelRename }, _("Cancel")),
    el("p", { class: "fault", id: "rename-fault", role: "alert" }),
  );
}

/** @param {Run} run */
function pill(run) {
  return [
    el("span", { class: "pill", "data-status": shownStatus(run) }, statusWords(run)),
    run.error ? el("small", { class: "why" }, run.error.message) : null,
  ];
}

/** Pause, resume and stop, where they can be. @param {Run} run @param {Acts} acts */
function controls(run, acts) {
  const words = { pause: _("Pause"), resume: _("Resume"), stop: _("Stop") };
  const names = /** @type {(keyof typeof words)[]} */ (Object.keys(words));
  return names
    .filter((act) => can(run, act))
    .map((act) =>
      el(
        "button",
        {
          type: "button",
          "aria-label": `${words[act]}: ${run.name}`,
          onclick: () => acts.control(run, act),
        },
        words[act],
      ),
    );
}

/** @param {Run} run @param {Acts} acts */
function menu(run, acts) {
  const name = (/** @type {string} */ text) => `${text}: ${run.name}`;
  const box = el(
    "details",
    { class: "rowmenu" },
    el(
      "summary",
      {
        "data-key": `menu-${run.id}`,
        "aria-label": _("What to do with %(run)s", { run: run.name }),
      },
      "⋯",
    ),
    el(
      "div",
      { class: "items" },
      el("a", { href: at(`/?run=${encodeURIComponent(run.id)}`) }, _("Open in the Studio")),
      ...(mayChange(run) ? controls(run, acts) : []),
      el("a", { href: addressToUse(run.id) }, _("Use these settings")),
      mayChange(run) &&
        el("button", { type: "button", onclick: () => acts.startRename(run) }, _("Rename")),
      hasWeights(run) && !run.diverged
        ? el(
            "a",
            {
              href: at(`/api/runs/${encodeURIComponent(run.id)}/model?format=keras`),
              download: "",
            },
            _("Download model (.keras)"),
          )
        : null,
      mayChange(run) &&
        el(
          "button",
          {
            type: "button",
            class: "danger",
            disabled: TRAINS.has(run.status),
            "aria-label": name(_("Delete")),
            onclick: () => acts.remove(run),
          },
          TRAINS.has(run.status) ? _("Delete (stop it first)") : _("Delete …"),
        ),
    ),
  );
  return box;
}
