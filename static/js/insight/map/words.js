// @ts-check
/** The sentences of the map. */

import { _, number } from "../../i18n.js";
import { NOTHING, count } from "../../numbers.js";
import { afterEpoch } from "../../moment.js";
import { byDigit, mean } from "./points.js";

/** @typedef {import("./points.js").MapView} MapView */

/** A share with one decimal. @param {number | null} share */
export const tenths = (share) =>
  share === null
    ? NOTHING
    : number(share, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });

/**
 * A layer by its place and kind, e.g. "2 · Dense (500)".
 * @param {{type: string | null, shape?: number[]}} layer
 * @param {number} place
 */
export function layerName({ type, shape }, place) {
  const size = shape ? ` (${shape.join(" × ")})` : "";
  return type === null ? `${_("Pixels")}${size}` : `${place} · ${type}${size}`;
}

/** @param {MapView} view */
export function verdict(view) {
  return _(
    "In this layer, on average %(share)s of an image's 10 nearest neighbours are the same digit.",
    { share: tenths(mean(view.purity)) },
  );
}

/** @param {import("../../types.js").Run} run @param {MapView} view */
export function note(run, view) {
  const parts = [images(view), method(view)];
  if (run.config.dataset.test_noise) {
    parts.push(
      _(
        "These images have noise, as the network saw them. The pad keeps only values from 0 to 255, so the prediction may differ there.",
      ),
    );
  }
  return afterEpoch(run, view.epoch, parts.join(" "));
}

/** @param {MapView} view */
function images({ index, of }) {
  const values = { n: count(index.length), all: count(of) };
  if (index.length === of) return _("%(n)s test images.", values);
  return _(
    "%(n)s of the %(all)s test images, the same number of each digit and always the same images.",
    values,
  );
}

/** @param {MapView} view */
function method({ explained }) {
  if (!explained) {
    return _(
      "Images near each other are similar; the distance between groups means little, and the axes have no meaning.",
    );
  }
  return _("The two axes explain %(share)s of this layer's variance.", {
    share: tenths(explained[0] + explained[1]),
  });
}

/** The rows of the table: each digit, then all. @param {MapView} view */
export function rowsOf(view) {
  const digits = byDigit(view);
  const all = {
    images: view.index.length,
    wrong: digits.reduce((sum, { wrong }) => sum + wrong, 0),
    purity: mean(view.purity),
  };
  const names = [...digits.map((_nothing, digit) => String(digit)), _("All")];
  return [...digits, all].map((one, n) => [
    names[n],
    count(one.images),
    count(one.wrong),
    tenths(one.purity),
  ]);
}
