// @ts-check
/** The Robustness tab: digits made harder to read, and a network that may say "I don't know". */

import { onThemeChange } from "../colors.js";
import { _ } from "../i18n.js";
import { count, percent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { hasModel } from "../watch/words.js";
import { canAnswer } from "../write/choice.js";
import { createAsked } from "./asked.js";
import { createHeld } from "./held.js";
import { KINDS, distortedFigure } from "./robustness/distorted.js";
import { createUnsure } from "./robustness/unsure.js";
import { addStyles } from "./styles.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./robustness/distorted.js").Distorted} Distorted */

/**
 * @typedef {{epoch: number, images: number, of: number, clean: number}
 *   & Record<keyof typeof KINDS, Distorted>} Robustness
 */

/** @type {import("./lazy.js").TabModule["create"]} */
export function create(panel, render, _pad) {
  const [curves, tested] = [createAsked(render), createAsked(render)];
  const [held, unsure] = [createHeld(), createUnsure(panel)];
  const [problem, again, anew] = ["hard-problem", "hard-again", "hard-anew"].map((name) =>
    part(panel, name),
  );
  let drawn = /** @type {Robustness | null} */ (null);
  let dressed = false;

  again.addEventListener("click", () => {
    curves.again();
    tested.again();
  });
  anew.addEventListener("click", () => {
    held.renew();
    render();
  });
  onThemeChange(() => {
    drawn = null;
    render();
  });
  void addStyles("robustness").then(() => {
    dressed = true;
    render();
  });

  return {
    draw({ run, history }) {
      const ready = run !== null && (canAnswer(run) || hasModel(run, history));
      part(panel, "robustness").hidden = !ready || !dressed;
      part(panel, "robustness-waiting").hidden = ready;
      setText(part(panel, "robustness-waiting"), ready ? "" : early());
      // A phone shows one column at a time: what nobody sees is not asked for.
      if (!ready || !dressed || !panel.clientWidth) return;
      const moment = held.of(run);
      const sure = tested.want(run, "tested", {}, moment);
      const hard = curves.want(run, "robustness", {}, moment);
      const wrong = hard.problem || sure.problem;
      again.hidden = !wrong;
      anew.hidden = !hard.fresh || !held.isOld(run);
      setText(problem, wrong || (hard.fresh ? "" : waiting()));
      unsure.draw(sure.answer);
      drawCurves(run, hard.answer);
    },
  };

  /** @param {Run} run @param {Robustness | null} now */
  function drawCurves(run, now) {
    part(panel, "hard").hidden = !now;
    if (!now || now === drawn) return;
    drawn = now;
    setText(part(panel, "hard-note"), note(run, now));
    const kinds = /** @type {(keyof typeof KINDS)[]} */ (Object.keys(KINDS));
    part(panel, "hard-curves").replaceChildren(
      ...kinds.map((kind) => distortedFigure(KINDS[kind], now[kind], now.clean)),
    );
  }
}

const early = () => _("There is no network to try out yet: it comes with the first weights.");

const waiting = () =>
  _(
    "The network is looking at distorted digits. It takes some seconds, and longer while a network trains.",
  );

/** @param {Run} run @param {Robustness} view */
function note(run, { images, of, clean, epoch }) {
  const { scale, test_noise: noise } = run.config.dataset;
  const values = { n: count(images), all: count(of), share: percent(clean), epoch };
  const parts = [
    images === of
      ? _(
          "All %(n)s test images, after epoch %(epoch)s: %(share)s right as they are (the dashed line).",
          values,
        )
      : _(
          "%(n)s of the %(all)s test images, as many of each digit and always the same ones, after epoch %(epoch)s: %(share)s right as they are (the dashed line).",
          values,
        ),
  ];
  if (noise) parts.push(_("This run’s own test noise is left out here."));
  if (!scale) {
    parts.push(_("This network gets pixels of 0–255, among which noise of this strength is lost."));
  }
  return parts.join(" ");
}
