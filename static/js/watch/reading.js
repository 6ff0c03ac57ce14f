// @ts-check
/** The hair line, dots and label that give a chart's exact values at one epoch. */

import { _ } from "../i18n.js";
import { loss, percent } from "../numbers.js";
import { el } from "../dom.js";
import { setText } from "../parts.js";
import { noteOf } from "./marks.js";
import { nearestEpoch } from "./series.js";

/** @typedef {import("./chart.js").Chart} Chart */

/**
 * @typedef {object} Reading
 * @property {HTMLElement} line
 * @property {HTMLElement[]} dots train, validation
 * @property {HTMLElement} label
 * @property {HTMLElement} box focusable; a slider over epochs
 */

/** @type {Record<import("./series.js").Metric, (value: number | null | undefined) => string>} */
const write = { loss, accuracy: percent };

/**
 * @param {HTMLElement} box
 * @returns {Reading}
 */
export function createReading(box) {
  const reading = {
    box,
    line: el("div", { class: "hair" }),
    dots: [el("i", { class: "dot" }), el("i", { class: "dot v" })],
    label: el("div", { class: "reading" }),
  };
  for (const element of [reading.line, ...reading.dots, reading.label]) element.hidden = true;
  return reading;
}

/**
 * @param {Chart} chart
 * @param {number | null} index
 */
export function placeReading(chart, index) {
  const { reading, plot, history, metric } = chart;
  const epoch = index === null ? undefined : history?.epochs[index];
  speak(chart, epoch ?? history?.epochs.at(-1));
  const left = epoch ? plot.valToPos(epoch.epoch, "x") : 0;
  reading.line.hidden = reading.label.hidden = !epoch;
  const values = epoch && [epoch[metric], metric === "loss" ? epoch.val_loss : epoch.val_accuracy];
  reading.dots.forEach((dot, n) => {
    const value = values?.[n] ?? null;
    dot.hidden = value === null || value < chart.y[0] || value > chart.y[1];
    if (!dot.hidden && value !== null) move(dot, left, plot.valToPos(value, "y"));
  });
  if (!epoch || !values || !history) return;
  move(reading.line, left, 0);
  const note = noteOf(history, epoch.epoch);
  fill(reading.label, epoch, [...values.map(write[metric]), note], epoch.val_accuracy !== null);
  reading.label.classList.toggle("to-left", left > plot.over.clientWidth / 2);
  // Where the curve is not: a loss falls, an accuracy rises.
  reading.label.classList.toggle("low", metric === "accuracy");
  reading.label.style.left = `${left}px`;
}

/**
 * @param {HTMLElement} element
 * @param {number} x
 * @param {number} y
 */
function move(element, x, y) {
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
}

/**
 * @param {HTMLElement} label
 * @param {import("./history.js").Epoch} epoch
 * @param {string[]} values train, validation, and what else happened
 * @param {boolean} validated
 */
function fill(label, epoch, values, validated) {
  if (!label.children.length) {
    const curves = [el("span", { class: "t" }), el("span", { class: "v" })];
    label.append(el("b"), ...curves, el("em"));
  }
  const [title, train, val, note] = /** @type {HTMLElement[]} */ ([...label.children]);
  setText(title, _("Epoch %(n)s", { n: epoch.epoch }));
  setText(train, values[0]);
  setText(val, values[1]);
  setText(note, values[2]);
  val.hidden = !validated;
  note.hidden = !values[2];
}

/**
 * @param {Chart} chart
 * @param {import("./history.js").Epoch} [epoch]
 */
function speak(chart, epoch) {
  const { box } = chart;
  const epochs = chart.history?.epochs ?? [];
  box.setAttribute("aria-valuemin", String(epochs[0]?.epoch ?? 0));
  box.setAttribute("aria-valuemax", String(epochs.at(-1)?.epoch ?? 0));
  box.setAttribute("aria-valuenow", String(epoch?.epoch ?? 0));
  box.setAttribute(
    "aria-valuetext",
    epoch ? describe(chart, epoch) : _("No epoch is complete yet."),
  );
}

/**
 * Where the keys lead: the index after this key, or undefined for other keys.
 * @param {string} key
 * @param {number | null} index
 * @param {number} count epochs
 * @returns {number | null | undefined}
 */
export function keyTo(key, index, count) {
  const now = index ?? count;
  const clamp = (/** @type {number} */ n) => (count ? Math.min(Math.max(n, 0), count - 1) : null);
  if (key === "ArrowLeft" || key === "ArrowDown") return clamp(now - 1);
  if (key === "ArrowRight" || key === "ArrowUp") return clamp(index === null ? count - 1 : now + 1);
  if (key === "PageDown") return clamp(now - 10);
  if (key === "PageUp") return clamp(now + 10);
  if (key === "Home") return clamp(0);
  if (key === "End") return clamp(count - 1);
  if (key === "Escape") return null;
  return undefined;
}

/**
 * Call `onRead` with the epoch the reader points at.
 * @param {Chart} chart
 * @param {() => number | null} current
 * @param {(index: number | null) => void} onRead
 * @param {AbortSignal} signal ends it
 */
export function listen(chart, current, onRead, signal) {
  const { box } = chart;
  const point = (/** @type {PointerEvent} */ event) => {
    const { over } = chart.plot;
    const x = chart.plot.posToVal(event.clientX - over.getBoundingClientRect().left, "x");
    const index = chart.history ? nearestEpoch(chart.history, x) : -1;
    onRead(index < 0 ? null : index);
  };
  const leave = () => onRead(null);
  const step = (/** @type {KeyboardEvent} */ event) => {
    const index = keyTo(event.key, current(), chart.history?.epochs.length ?? 0);
    if (index === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onRead(index);
  };
  box.addEventListener("pointermove", point, { signal });
  box.addEventListener("pointerdown", point, { signal });
  box.addEventListener("pointerleave", leave, { signal });
  box.addEventListener("blur", leave, { signal });
  box.addEventListener("keydown", step, { signal });
}

/**
 * The sentence for a screen reader at an epoch.
 * @param {Chart} chart
 * @param {import("./history.js").Epoch} epoch
 */
function describe(chart, epoch) {
  const { metric, history } = chart;
  const n = epoch.epoch;
  const train = write[metric](epoch[metric]);
  const value = metric === "loss" ? epoch.val_loss : epoch.val_accuracy;
  const val = write[metric](value);
  const values =
    value === null
      ? _("Epoch %(n)s: train %(train)s", { n, train })
      : _("Epoch %(n)s: train %(train)s, validation %(val)s", { n, train, val });
  const note = history ? noteOf(history, n) : "";
  return note ? `${values}; ${note}` : values;
}
