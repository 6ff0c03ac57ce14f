// @ts-check
/** The lecture's figures beside ours, as a table with bars in its cells. */
import { el } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { inSeconds, NOTHING, percent } from "../numbers.js";
import { experimentsOf, finished, ours, recorded, rowsOf, stuckOn } from "./state.js";
import { stuckWords } from "./words.js";
import { at } from "../root.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Figures} Figures */

/** @param {State} state @param {import("./state.js").Lesson} lesson */
export function figuresTable(state, lesson) {
  const timed = lesson.measure === "slower";
  const heads = [_("Training"), _("Test"), timed && _("An epoch")].filter(Boolean);
  return el(
    "table",
    {},
    el("caption", {}, _("Accuracy")),
    el(
      "thead",
      {},
      el("tr", {}, el("td"), ...heads.map((head) => el("th", { scope: "col" }, head))),
    ),
    ...experimentsOf(lesson).map((name) => group(state, name, timed)),
  );
}

/** What became of one experiment, by source. */
function group(
  /** @type {State} */ state,
  /** @type {string} */ name,
  /** @type {boolean} */ timed,
) {
  const { title } = state.answer.experiments[name];
  const stuck = stuckWords(stuckOn(state, name));
  const head = el(
    "tr",
    { class: "name" },
    el(
      "th",
      { colspan: timed ? 4 : 3, scope: "rowgroup" },
      `${name} · ${title}`,
      stuck && el("small", {}, stuck),
    ),
  );
  return el("tbody", {}, head, ...sources(state, name, timed));
}

/** The lecture's row, the measured one and that of a run here, as far as there are any. */
function sources(
  /** @type {State} */ state,
  /** @type {string} */ name,
  /** @type {boolean} */ timed,
) {
  const { lecture } = state.answer.experiments[name];
  const told = lecture.train !== null || lecture.test !== null;
  const record = recorded(state, name);
  const own = finished(state.runs[name]);
  const seeds = rowsOf(state, name).length;
  const words = () => ngettext("Measured, %(n)s seed", "Measured, mean of %(n)s seeds", seeds);
  return [
    told && source(_("The lecture"), { ...lecture, seconds: null }, timed),
    record && source(words(), record, timed),
    own && source(runLink(own), ours(state, name), timed, "own"),
  ].filter((row) => row instanceof Node);
}

/** @param {import("../types.js").Run} run */
function runLink({ id, config }) {
  const text = _("Run here, seed %(seed)s", { seed: config.seed ?? NOTHING });
  return el("a", { href: at(`/?run=${encodeURIComponent(id)}`) }, text);
}

/** What the training accuracy of a run here is, where there is one: not what the others are. */
export function figuresNote(
  /** @type {State} */ state,
  /** @type {import("./state.js").Lesson} */ lesson,
) {
  if (!experimentsOf(lesson).some((name) => finished(state.runs[name]))) return null;
  return el(
    "p",
    { class: "hint" },
    _(
      "Training: of runs here the mean over the last epoch, while the weights still changed and dropout was at work. The lecture, and what was measured, tell how the finished network reads the training images.",
    ),
  );
}

/**
 * @param {string|HTMLElement} label
 * @param {Figures|null} figures
 * @param {boolean} timed
 * @param {string} [kind]
 */
function source(label, figures, timed, kind = "") {
  return el(
    "tr",
    { class: kind },
    el("th", { scope: "row" }, label),
    share(figures?.train),
    share(figures?.test),
    timed && el("td", { class: "num" }, inSeconds(figures?.seconds)),
  );
}

/** @param {number|null} [value] */
function share(value) {
  const cell = el("td", { class: "num share" }, percent(value));
  cell.style.setProperty("--share", String(value ?? 0));
  return cell;
}
