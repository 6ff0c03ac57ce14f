// @ts-check
/** The slider of the threshold, the curves above it, the numbers beside it. */

import { createTwin, tableOf } from "../../data/twin.js";
import { _, number } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { percent } from "../../numbers.js";
import { part, setText } from "../../parts.js";
import { axisOf, curveOf, markerAt } from "./curve.js";
import { ROWS, STEPS, TICKS, answeredAt, curvesOf, placeOf, thresholdAt } from "./sure.js";

/** @typedef {import("./sure.js").Tested} Tested */

/** @param {HTMLElement} panel */
export function createUnsure(panel) {
  const slider = part(panel, "unsure-slider", HTMLInputElement);
  const chart = part(panel, "unsure-chart");
  let tested = /** @type {Tested | null} */ (null);
  let mark = /** @type {Element | null} */ (null);
  slider.max = String(STEPS);
  slider.value = String(Math.round(placeOf(0.9) * STEPS));
  const lifetime = createLifetime();
  slider.addEventListener("input", say, { signal: lifetime.signal });
  const twin = createTwin(() => tableOfShares(tested));
  part(panel, "unsure-twin").append(twin.element);
  chart.after(axisOf(TICKS.map((at) => ({ at: placeOf(at), things: [share(at)] }))));

  function say() {
    if (!tested) return;
    const place = Number(slider.value) / STEPS;
    const threshold = thresholdAt(place);
    slider.setAttribute("aria-valuetext", share(threshold));
    setText(part(panel, "unsure-at"), share(threshold));
    setText(part(panel, "unsure-said"), sentence(answeredAt(tested, threshold)));
    const moved = markerAt(place);
    mark?.replaceWith(moved);
    mark = moved;
  }

  return {
    /** @param {Tested | null} now */
    draw(now) {
      part(panel, "unsure").hidden = !now;
      if (!now || now === tested) return;
      tested = now;
      const { places: x, answered, right } = curvesOf(now);
      const label = _("Share of predicted digits and accuracy of the predictions, by threshold");
      const lines = [
        { kind: "answered", x, y: answered },
        { kind: "right", x, y: right },
      ];
      chart.replaceChildren(curveOf(label, lines, { marker: 0 }));
      mark = chart.querySelector(".mark");
      twin.fill();
      say();
    },
    dispose: lifetime.dispose,
  };
}

/** A threshold: as many decimals as it needs. @param {number} value */
const share = (value) => number(value, { style: "percent", maximumFractionDigits: 2 });

/** @param {{answered: number, right: number | null}} shares */
function sentence({ answered, right }) {
  if (right === null)
    return _("It predicts none of the test digits: its confidence is always below the threshold.");
  return _(
    "It predicts %(answered)s of the test digits, and %(right)s of its predictions are correct.",
    {
      answered: percent(answered),
      right: percent(right),
    },
  );
}

/** @param {Tested | null} tested */
function tableOfShares(tested) {
  const rows = ROWS.map((threshold) => {
    const { answered, right } = tested ? answeredAt(tested, threshold) : { answered: 0, right: 0 };
    return [share(threshold), percent(answered), percent(right)];
  });
  return tableOf(
    _("Predictions by threshold"),
    [_("Threshold"), _("Predicted"), _("Accuracy of the predictions")],
    rows,
  );
}
