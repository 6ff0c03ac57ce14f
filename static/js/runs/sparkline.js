// @ts-check
/** A curve as small as a word. */
import { _ } from "../i18n.js";
import { percent } from "../numbers.js";
import { html, nothing } from "../render.js";
import { HEIGHT, pathOf, points, WIDTH } from "./points.js";

/** Validation accuracies by epoch, training ones where there are none. @param {import("./history.js").Epochs|null} epochs */
export function sparkline(epochs) {
  if (!epochs) return nothing;
  const values = epochs.accuracy.map((value, n) => epochs.val_accuracy[n] ?? value);
  const known = values.filter((value) => value !== null);
  const all = points(values);
  const last = all.at(-1);
  if (!last) return nothing;
  const label = _("Accuracy by epoch: from %(first)s to %(last)s", {
    first: percent(known[0]),
    last: percent(known.at(-1)),
  });
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    <path d=${pathOf(all)} />
    <circle cx=${last[0]} cy=${last[1]} r="2.4" />
  </svg>`;
}
