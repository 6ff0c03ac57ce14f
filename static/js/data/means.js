// @ts-check
/** The mean of each digit, and how much its images differ. */

import { onThemeChange } from "../colors.js";
import { el } from "../dom.js";
import { _, number } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { count, NOTHING } from "../numbers.js";
import { part } from "../parts.js";
import { bytesOf, paint } from "../pixels.js";
import { shownOf } from "./state.js";
import { createTwin, tableOf } from "./twin.js";

/** @typedef {import("./state.js").Statistics} Statistics */
/** @typedef {import("./state.js").OfDigit} OfDigit */

/** A standard deviation of pixels is at most half their range. */
const SPREAD = 2;

/** @param {HTMLElement} root */
export function createMeans(root) {
  let shown = /** @type {Statistics | null} */ (null);
  const twin = createTwin(() => tableOfMeans(shown));
  part(root, "means").after(twin.element);
  const repaint = () => shown && part(root, "means").replaceChildren(...shown.digits.map(pictures));
  const lifetime = createLifetime();
  onThemeChange(repaint, lifetime.signal);

  return {
    /** @param {import("./state.js").Looking} state */
    draw(state) {
      const statistics = shownOf(state);
      if (!statistics || statistics === shown) return;
      shown = statistics;
      repaint();
      twin.fill();
    },
    dispose: lifetime.dispose,
  };
}

/** @param {OfDigit} one */
function pictures({ digit, mean, spread }) {
  const named = _("The mean %(digit)s", { digit });
  const differs = _("Standard deviation of the images of %(digit)s", { digit });
  return el(
    "figure",
    {},
    el("figcaption", {}, digit),
    mean === null ? null : picture(mean, 1, named),
    spread === null ? null : picture(spread, SPREAD, differs),
  );
}

/** @param {string} base64 @param {number} strength @param {string} label */
function picture(base64, strength, label) {
  const canvas = el("canvas", { role: "img", "aria-label": label });
  paint(canvas, bytesOf(base64), strength);
  return canvas;
}

/** @param {Statistics | null} statistics */
function tableOfMeans(statistics) {
  const rows = (statistics?.digits ?? []).map(({ digit, count: n, ink, mean, spread }) => [
    String(digit),
    count(n),
    ink === null ? NOTHING : number(ink, { maximumFractionDigits: 1 }),
    mean === null ? NOTHING : count(Math.max(...bytesOf(mean))),
    spread === null ? NOTHING : count(Math.max(...bytesOf(spread))),
  ]);
  const titles = [
    _("Digit"),
    _("Images"),
    _("Mean pixel"),
    _("Largest pixel of the mean"),
    _("Largest standard deviation"),
  ];
  return tableOf(_("The mean digits in numbers"), titles, rows);
}
