// @ts-check
/** The training accuracy of a lesson's runs, epoch by epoch, and where it lies in a picture. No DOM. */
import { _ } from "../i18n.js";
import { percent } from "../numbers.js";
import { courseOf } from "./results.js";
import { experimentsOf } from "./state.js";

/** @typedef {{name: string, title: string, accuracy: (number|null)[], kind: "own"|"partner"}} Line */

export const BOX = { width: 640, height: 260, left: 60, right: 14, top: 12, bottom: 30 };

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

/** Where an epoch lies. @param {number} epoch @param {number} epochs at least 2 */
export const across = (epoch, epochs) =>
  BOX.left + ((epoch - 1) / (epochs - 1)) * (BOX.width - BOX.left - BOX.right);

/** Where a share lies. @param {number} share */
export const down = (share) =>
  BOX.height - BOX.bottom - share * (BOX.height - BOX.top - BOX.bottom);

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

/** The picture in words. @param {Line[]} lines */
export const pictureWords = (lines) =>
  lines
    .map(({ title, accuracy }) =>
      _("%(title)s: from %(first)s to %(last)s", {
        title,
        first: percent(accuracy[0]),
        last: percent(accuracy.at(-1)),
      }),
    )
    .join("; ");
