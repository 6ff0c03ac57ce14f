// @ts-check
/** What the network says: the digit, how sure, ten bars, and the image it saw. */

import { _ } from "../i18n.js";
import { el } from "../dom.js";
import { createLifetime } from "../lifetime.js";
import { bareSureness, sureness } from "../numbers.js";
import { part, setText } from "../parts.js";
import { SIDE } from "../pixels.js";

/** @typedef {import("../types.js").Prediction} Prediction */

/** An announcement waits until the hand rests, so that a screen reader is not flooded. */
const REST_MS = 600;

/**
 * @param {HTMLElement} root
 */
export function createAnswer(root) {
  const bars = Array.from({ length: 10 }, (_nothing, digit) => barOf(digit));
  part(root, "probs").replaceChildren(...bars.map((bar) => bar.item));
  const sees = part(root, "sees", HTMLCanvasElement);
  let drawn = /** @type {Prediction | null | undefined} */ (undefined);
  let said = "";
  const lifetime = createLifetime();
  const resting = lifetime.timer();

  return {
    /**
     * @param {Prediction | null} answer
     * @param {string} source which run and epoch
     * @param {boolean} settled whether no newer answer is on its way
     */
    draw(answer, source, settled) {
      setText(part(root, "source"), source);
      if (answer !== drawn) {
        drawn = answer;
        part(root, "reply").classList.toggle("blank", !answer);
        setText(part(root, "digit"), answer ? String(answer.digit) : "");
        const sure = answer?.probabilities[answer.digit] ?? 0;
        setText(
          part(root, "sure"),
          answer ? _("confidence %(share)s", { share: sureness(sure) }) : "",
        );
        bars.forEach((bar, digit) =>
          drawBar(bar, answer?.probabilities[digit] ?? 0, digit === answer?.digit),
        );
        drawInput(sees, answer?.input ?? null);
      }
      resting.stop();
      if (settled) resting.start(() => say(answer), REST_MS);
    },
    dispose: lifetime.dispose,
  };

  /** @param {Prediction | null} answer */
  function say(answer) {
    const sure = answer ? sureness(answer.probabilities[answer.digit]) : "";
    const text = answer
      ? _("%(digit)s, confidence %(share)s", { digit: answer.digit, share: sure })
      : "";
    if (text === said) return;
    said = text;
    setText(part(root, "live"), text);
  }
}

/** @typedef {ReturnType<typeof barOf>} Bar */

/** @param {number} digit */
function barOf(digit) {
  const [fill, share] = [el("u"), el("span", { class: "share" })];
  const track = el("span", { class: "track" }, share, fill);
  const srText = el("span", { class: "sr-only" });
  const name = el("b", {}, String(digit));
  track.setAttribute("aria-hidden", "true");
  return { item: el("li", {}, track, name, srText), fill, share, srText };
}

/**
 * @param {Bar} bar
 * @param {number} share 0–1
 * @param {boolean} chosen
 */
function drawBar(bar, share, chosen) {
  bar.item.classList.toggle("sure", chosen);
  bar.fill.style.height = `${(share * 100).toFixed(1)}%`;
  setText(bar.share, bareSureness(share));
  setText(bar.srText, sureness(share));
}

/**
 * @param {HTMLCanvasElement} canvas 28 × 28
 * @param {number[][] | null} rows 0–255
 */
function drawInput(canvas, rows) {
  const ctx = canvas.getContext("2d");
  if (!ctx) return;
  ctx.clearRect(0, 0, SIDE, SIDE);
  if (!rows) return;
  const image = ctx.createImageData(SIDE, SIDE);
  rows.flat().forEach((value, n) => image.data.set([value, value, value, 255], 4 * n));
  ctx.putImageData(image, 0, 0);
}
