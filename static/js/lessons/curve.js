// @ts-check
/** How the training accuracy rose, epoch by epoch: the experiment and the one it is compared with. */
import { el, svg } from "../dom.js";
import { _ } from "../i18n.js";
import { NOTHING, percent } from "../numbers.js";
import { courseOf, experimentsOf } from "./state.js";

/** @typedef {{name: string, title: string, accuracy: (number|null)[], kind: "own"|"partner"}} Line */

const BOX = { width: 640, height: 260, left: 60, right: 14, top: 12, bottom: 30 };

/** @param {import("./state.js").State} state @param {import("./state.js").Lesson} lesson */
export function linesOf(state, lesson) {
  return experimentsOf(lesson)
    .map((name) => ({
      name,
      title: `${name} · ${state.answer.experiments[name].title}`,
      accuracy: courseOf(state, name),
      kind: /** @type {"own"|"partner"} */ (name === lesson.experiment ? "own" : "partner"),
    }))
    .filter(({ accuracy }) => accuracy.length);
}

/** Nodes for a figure: caption with keys, picture, and the same as a table. @param {Line[]} lines */
export function curve(lines) {
  if (!lines.length) return [];
  return [
    el(
      "figcaption",
      {},
      el("span", {}, _("Training accuracy by epoch")),
      ...lines.map(({ kind, title }) => el("span", { class: `key ${kind}` }, title)),
    ),
    picture(lines),
    el("details", {}, el("summary", {}, _("As a table")), table(lines)),
  ];
}

/** @param {Line[]} lines */
function picture(lines) {
  const epochs = Math.max(2, ...lines.map(({ accuracy }) => accuracy.length));
  const x = (/** @type {number} */ epoch) =>
    BOX.left + ((epoch - 1) / (epochs - 1)) * (BOX.width - BOX.left - BOX.right);
  const y = (/** @type {number} */ share) =>
    BOX.height - BOX.bottom - share * (BOX.height - BOX.top - BOX.bottom);
  return svg(
    "svg",
    { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img", "aria-label": spoken(lines) },
    ...[0, 0.5, 1].map((share) => level(share, y(share))),
    ...ticks(epochs).map((epoch) =>
      svg("text", { x: x(epoch), y: BOX.height - 8, "text-anchor": "middle" }, epoch),
    ),
    ...lines.map(({ kind, accuracy }) =>
      svg("path", { class: `line ${kind}`, d: pathOf(accuracy, x, y) }),
    ),
  );
}

/** @param {number} share @param {number} y */
function level(share, y) {
  return svg(
    "g",
    {},
    svg("line", { class: "level", x1: BOX.left, x2: BOX.width - BOX.right, y1: y, y2: y }),
    svg("text", { x: BOX.left - 8, y: y + 4, "text-anchor": "end" }, `${100 * share}%`),
  );
}

/** A few epochs to write below, the first and the last among them. @param {number} epochs */
export function ticks(epochs) {
  const step = Math.ceil((epochs - 1) / 4);
  const found = [1];
  for (let epoch = step; epoch < epochs - step / 2; epoch += step) if (epoch > 1) found.push(epoch);
  return [...found, epochs];
}

/**
 * A path through what is known; gaps are left open.
 * @param {(number|null)[]} shares
 * @param {(epoch: number) => number} x
 * @param {(share: number) => number} y
 */
export function pathOf(shares, x, y) {
  let path = "";
  let pen = false;
  shares.forEach((share, at) => {
    if (share !== null) path += `${pen ? "L" : "M"}${x(at + 1).toFixed(1)} ${y(share).toFixed(1)}`;
    pen = share !== null;
  });
  return path;
}

/** @param {Line[]} lines */
const spoken = (lines) =>
  lines
    .map(({ title, accuracy }) =>
      _("%(title)s: from %(first)s to %(last)s", {
        title,
        first: percent(accuracy[0]),
        last: percent(accuracy.at(-1)),
      }),
    )
    .join("; ");

/** @param {Line[]} lines */
function table(lines) {
  const epochs = Math.max(...lines.map(({ accuracy }) => accuracy.length));
  const row = (/** @type {number} */ at) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, at + 1),
      ...lines.map(({ accuracy }) =>
        el("td", { class: "num" }, at < accuracy.length ? percent(accuracy[at]) : NOTHING),
      ),
    );
  return el(
    "table",
    {},
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "col" }, _("Epoch")),
        ...lines.map(({ title }) => el("th", { scope: "col" }, title)),
      ),
    ),
    el("tbody", {}, ...Array.from({ length: epochs }, (_nothing, at) => row(at))),
  );
}
