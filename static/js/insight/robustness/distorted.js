// @ts-check
/** The accuracy over one kind of distortion: a curve, examples under it, the same as a table. */

import { createTwin, tableOf } from "../../data/twin.js";
import { el } from "../../dom.js";
import { _, number } from "../../i18n.js";
import { percent } from "../../numbers.js";
import { setText } from "../../parts.js";
import { bytesOf, imageOf, paint } from "../../pixels.js";
import { axisOf, curveOf, placeUnder } from "./curve.js";

/** @typedef {import("../../types.js").Distorted} Distorted */

/**
 * @typedef {object} Kind
 * @property {() => string} title
 * @property {() => string} hint
 * @property {(strength: number) => string} unit a strength, e.g. "30°"
 */

/** @type {Record<"noise" | "rotation" | "shift" | "thickness", Kind>} */
export const KINDS = {
  noise: {
    title: () => _("Noise"),
    hint: () => _("Sigma of Gaussian noise, added after scaling."),
    unit: (sigma) => number(sigma),
  },
  rotation: {
    title: () => _("Rotation"),
    hint: () => _("Degrees, counter-clockwise where above 0."),
    unit: (degrees) => `${signed(degrees)}°`,
  },
  shift: {
    title: () => _("Shift"),
    hint: () => _("Pixels; the mean of shifts to the right, left, down and up."),
    unit: (pixels) => number(pixels),
  },
  thickness: {
    title: () => _("Stroke thickness"),
    hint: () => _("Pixels added at each edge of a stroke; below 0: removed."),
    unit: (pixels) => signed(pixels),
  },
};

/** @param {number} value */
const signed = (value) => number(value, { signDisplay: "exceptZero" }).replace("-", "−");

/**
 * @param {Kind} kind
 * @param {Distorted} distorted
 * @param {number} clean the accuracy without any distortion
 */
export function distortedFigure(kind, distorted, clean) {
  const { strength, accuracy, shown } = distorted;
  const [low, high] = [strength[0], strength[strength.length - 1]];
  const at = (/** @type {number} */ value) => (value - low) / (high - low);
  const line = { kind: "right", x: strength.map(at), y: accuracy, dots: true };
  const label = _("Accuracy by %(kind)s; the table has the numbers", { kind: kind.title() });
  const chart = el("div", {}, curveOf(label, [line], { reference: clean }));
  const reading = el("span", { class: "figure" });
  const rest = worst(kind, distorted);
  setText(reading, rest);

  chart.addEventListener("pointermove", (event) => {
    const box = chart.getBoundingClientRect();
    const place = placeUnder((event.clientX - box.left) / box.width);
    const n = nearestTo(line.x, place);
    setText(reading, `${kind.unit(strength[n])}: ${percent(accuracy[n])}`);
    chart.querySelectorAll("circle").forEach((dot, m) => dot.classList.toggle("read", m === n));
  });
  chart.addEventListener("pointerleave", () => {
    setText(reading, rest);
    chart.querySelector(".read")?.classList.remove("read");
  });

  const rows = strength.map((value, n) => [kind.unit(value), percent(accuracy[n])]);
  const titles = [kind.title(), _("Accuracy")];
  return el(
    "figure",
    {},
    el("figcaption", {}, el("strong", {}, kind.title()), reading),
    chart,
    axisOf(
      shown.map((value, n) => ({
        at: at(value),
        things: [example(distorted, n), kind.unit(value)],
      })),
    ),
    el("p", { class: "hint" }, kind.hint()),
    createTwin(() => tableOf(label, titles, rows)).element,
  );
}

/** @param {Distorted} distorted @param {number} n */
function example({ examples }, n) {
  const canvas = el("canvas", { "aria-hidden": "true" });
  paint(canvas, imageOf(bytesOf(examples), n));
  return canvas;
}

/** @param {number[]} places ascending @param {number} place */
export function nearestTo(places, place) {
  let found = 0;
  places.forEach((one, n) => {
    if (Math.abs(one - place) < Math.abs(places[found] - place)) found = n;
  });
  return found;
}

/** @param {Kind} kind @param {Distorted} distorted */
function worst(kind, { strength, accuracy }) {
  const least = Math.min(...accuracy);
  const at = kind.unit(strength[accuracy.indexOf(least)]);
  return _("lowest %(share)s, at %(at)s", { share: percent(least), at });
}
