// @ts-check
/** The Robustness tab: digits made harder to read, and a network that may say "I don't know". */

import { onThemeChange } from "../colors.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { count, percent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { createAsked } from "./asked.js";
import { createGate } from "./gate.js";
import { afterEpoch, chosenEpoch, momentOf, testedEpoch } from "../moment.js";
import { KINDS, distortedFigure } from "./robustness/distorted.js";
import { createUnsure } from "./robustness/unsure.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").Robustness} Robustness */

/** @type {import("../watch/run.js").TabModule["create"]} */
export function create(panel, render, _pad) {
  const lifetime = createLifetime();
  const curves = lifetime.own(createAsked(render));
  const tested = lifetime.own(createAsked(render));
  const unsure = lifetime.own(createUnsure(panel));
  const gate = createGate(part(panel, "robustness-waiting"), render, () => {
    curves.again();
    tested.again();
  });
  let drawn = /** @type {Robustness | null} */ (null);
  onThemeChange(() => {
    drawn = null;
    render();
  }, lifetime.signal);

  return {
    draw(state) {
      const { run } = state;
      // A phone shows one column at a time: a hidden one requests nothing.
      if (!run || !panel.clientWidth) return;
      const epoch = testedEpoch(state);
      part(panel, "robustness").hidden = epoch === null;
      if (epoch === null) return gate.draw(state, false, "");
      const [words, moment] = [chosenEpoch(epoch), momentOf(run, epoch)];
      const sure = tested.want(run, "tested", words, moment);
      const hard = curves.want(run, "robustness", words, moment);
      const problem = hard.problem || sure.problem;
      gate.draw(state, !problem, problem);
      setText(part(panel, "hard-pending"), hard.fresh || problem ? "" : waiting());
      unsure.draw(sure.answer);
      drawCurves(run, hard.answer, hard.fresh);
    },
    dispose: lifetime.dispose,
  };

  /**
   * @param {Run} run
   * @param {Robustness | null} now
   * @param {boolean} fresh whether it is of the weights that are wanted
   */
  function drawCurves(run, now, fresh) {
    part(panel, "hard").hidden = !now;
    part(panel, "hard").classList.toggle("old", !fresh);
    if (!now || now === drawn) return;
    drawn = now;
    setText(part(panel, "hard-note"), note(run, now));
    const kinds = /** @type {(keyof typeof KINDS)[]} */ (Object.keys(KINDS));
    part(panel, "hard-curves").replaceChildren(
      ...kinds.map((kind) => distortedFigure(KINDS[kind], now[kind], now.clean)),
    );
  }
}

const waiting = () =>
  _(
    "The network is being tested on distorted digits. It takes some seconds, and longer while a network trains.",
  );

/** @param {Run} run @param {Robustness} view */
function note(run, { images, of, clean, epoch }) {
  const { scale, test_noise: noise } = run.config.dataset;
  const values = { n: count(images), all: count(of), share: percent(clean) };
  const all = _(
    "%(n)s test images: %(share)s correct without distortion (the dashed line).",
    values,
  );
  const some = _(
    "%(n)s of the %(all)s test images, the same number of each digit and always the same images: %(share)s correct without distortion (the dashed line).",
    values,
  );
  const parts = [images === of ? all : some];
  if (noise) parts.push(_("The run's own test noise is not added here."));
  if (!scale) {
    parts.push(
      _(
        "The inputs of this network are pixels from 0 to 255, where noise this weak makes almost no difference.",
      ),
    );
  }
  return afterEpoch(run, epoch, parts.join(" "));
}
