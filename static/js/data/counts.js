// @ts-check
/** How many there are of each digit, as bars; a bar chooses its digit. */

import { el } from "../dom.js";
import { _, number } from "../i18n.js";
import { count } from "../numbers.js";
import { part, setText } from "../parts.js";
import { shownOf } from "./state.js";
import { createTwin, tableOf } from "./twin.js";

/** @typedef {import("./state.js").Looking} Looking */
/** @typedef {import("./state.js").Statistics} Statistics */

/**
 * @param {HTMLElement} root
 * @param {(label: number | null) => void} onChoose
 */
export function createCounts(root, onChoose) {
  const all = chooser(_("All"), () => onChoose(null));
  const bars = Array.from({ length: 10 }, (_nothing, digit) =>
    chooser(String(digit), () => onChoose(digit)),
  );
  let shown = /** @type {Statistics | null} */ (null);
  const twin = createTwin(() => tableOfCounts(shown));
  part(root, "counts").replaceChildren(all.button, ...bars.map(({ button }) => button));
  part(root, "counts").after(twin.element);

  return {
    /** @param {Looking} state */
    draw(state) {
      const statistics = shownOf(state);
      if (!statistics) return;
      const most = Math.max(...statistics.digits.map((one) => one.count), 1);
      drawOne(all, statistics.count, 1, state.label === null);
      bars.forEach((bar, digit) => {
        const n = statistics.digits[digit].count;
        drawOne(bar, n, n / most, state.label === digit);
      });
      if (statistics === shown) return;
      shown = statistics;
      twin.fill();
    },
    /** The table is beside the bars, not among them. */
    dispose: () => twin.element.remove(),
  };
}

/** @typedef {ReturnType<typeof chooser>} Chooser */

/** @param {string} name @param {() => void} onclick */
function chooser(name, onclick) {
  const fill = el("i");
  const many = el("span", { class: "num" });
  const track = el("span", { class: "track" }, fill);
  const button = el("button", { type: "button", onclick }, track, el("b", {}, name), many);
  return { button, fill, many };
}

/**
 * @param {Chooser} one
 * @param {number} n
 * @param {number} share of the highest bar
 * @param {boolean} chosen
 */
function drawOne({ button, fill, many }, n, share, chosen) {
  fill.style.height = `${(share * 100).toFixed(1)}%`;
  setText(many, count(n));
  button.setAttribute("aria-pressed", String(chosen));
}

/** @param {Statistics | null} statistics */
function tableOfCounts(statistics) {
  const digits = statistics?.digits ?? [];
  const whole = statistics?.count ?? 1;
  const share = { style: /** @type {const} */ ("percent"), maximumFractionDigits: 1 };
  const rows = digits.map((one) => [
    String(one.digit),
    count(one.count),
    number(one.count / whole, share),
  ]);
  return tableOf(_("How many of each digit"), [_("Digit"), _("Images"), _("Share")], rows);
}
