// @ts-check
/** Which pixels spoke for the answer, laid over the digit; and where a change would matter most. */

import { createTwin, tableOf } from "../../data/twin.js";
import { _, number } from "../../i18n.js";
import { part, setText } from "../../parts.js";
import { sureness } from "../../numbers.js";
import { SIDE } from "../../pixels.js";
import { themeColors } from "./palette.js";
import { createRaster } from "./raster.js";
import { colored, overlaid, paletteOf, signedBytesOf, STEPS } from "./signed.js";
import { short } from "./words.js";

/** @typedef {import("../../types.js").Look} Look */

/** Pixels in the table: the loudest. */
const ROWS = 40;

/** @param {HTMLElement} panel */
export function createSpoke(panel) {
  const [over, gradient] = [
    createRaster(
      _("Which pixels counted for the prediction; use the arrow keys to read them"),
      "square",
    ),
    createRaster(
      _("The effect of a change of each pixel; use the arrow keys to read it"),
      "square",
    ),
  ];
  let look = /** @type {Look | null} */ (null);
  const twin = createTwin(() => tableOfPixels(look));
  part(panel, "spoke").prepend(over.frame, over.line);
  part(panel, "gradient").prepend(gradient.frame, gradient.line);
  part(panel, "spoke-twin").replaceChildren(twin.element);

  return {
    /** @param {Look} now */
    show(now) {
      look = now;
      const ink = now.input.flat();
      const [spoke, slopes] = [now.saliency.spoke, now.saliency.gradient];
      const voices = signedBytesOf(spoke.values);
      const changes = signedBytesOf(slopes.values);
      const colors = themeColors();
      const answer = String(now.digit);
      setText(part(panel, "lit-answer"), sentence(now));
      over.show({
        width: SIDE,
        height: SIDE,
        rgba: overlaid(ink, voices, colors),
        say: (x, y) => pixelSentence(x, y, ink, voices[y * SIDE + x] * spoke.scale, answer),
        rest: sums(voices, spoke.scale, answer),
      });
      gradient.show({
        width: SIDE,
        height: SIDE,
        rgba: colored(changes, 1 / STEPS, paletteOf(colors.zero, colors.above, colors.below)),
        say: (x, y) =>
          _("Row %(row)s, column %(column)s: %(value)s", {
            row: y,
            column: x,
            value: signed(changes[y * SIDE + x] * slopes.scale),
          }),
        rest: _("Largest: %(value)s", { value: short(STEPS * slopes.scale) }),
      });
      twin.fill();
    },
  };
}

/** @param {Look} look */
function sentence(look) {
  return _("After epoch %(epoch)s it predicts %(digit)s, confidence %(share)s.", {
    epoch: look.epoch,
    digit: String(look.digit),
    share: sureness(look.probabilities[look.digit]),
  });
}

/** @param {number} value */
const signed = (value) => (value > 0 ? `+${short(value)}` : short(value));

/**
 * @param {number} x
 * @param {number} y
 * @param {number[]} ink
 * @param {number} voice
 * @param {string} digit
 */
function pixelSentence(x, y, ink, voice, digit) {
  return _("Row %(row)s, column %(column)s: ink %(ink)s, contribution to %(digit)s %(voice)s", {
    row: y,
    column: x,
    ink: ink[y * SIDE + x],
    voice: signed(voice),
    digit,
  });
}

/** @param {Int8Array} voices @param {number} scale @param {string} digit */
function sums(voices, scale, digit) {
  const sum = (/** @type {(value: number) => boolean} */ wanted) =>
    voices.reduce((all, value) => all + (wanted(value) ? value : 0), 0) * scale;
  const [above, below] = [sum((value) => value > 0), sum((value) => value < 0)];
  return _("For %(digit)s: %(above)s; against: %(below)s", {
    digit,
    above: signed(above),
    below: short(below),
  });
}

/** @param {Look | null} look */
function tableOfPixels(look) {
  const { spoke, gradient } = look?.saliency ?? { spoke: null, gradient: null };
  const voices = signedBytesOf(spoke?.values ?? "");
  const changes = signedBytesOf(gradient?.values ?? "");
  const loudest = [...voices.keys()]
    .filter((n) => voices[n])
    .sort((a, b) => Math.abs(voices[b]) - Math.abs(voices[a]))
    .slice(0, ROWS);
  const rows = loudest.map((n) => [
    `${Math.floor(n / SIDE)}, ${n % SIDE}`,
    number(look?.input.flat()[n] ?? 0),
    signed(voices[n] * (spoke?.scale ?? 0)),
    signed(changes[n] * (gradient?.scale ?? 0)),
  ]);
  const titles = [_("Row, column"), _("Ink"), _("Contribution"), _("Effect of a change")];
  return tableOf(_("The pixels that counted most"), titles, rows);
}
