// @ts-check
/** What is said beside a run whose loss is no number any more: what happened, why, what to try. */

import { scaled } from "../control.js";
import { _ } from "../i18n.js";
import { rate } from "../numbers.js";
import { part, setText } from "../parts.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").RunConfig} RunConfig */

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {(config: RunConfig) => void} onUse
 */
export function createDiverged(root, state, onUse) {
  const [box, sentence, calmer] = ["diverged", "diverged-text", "calmer"].map((name) =>
    part(root, name),
  );
  calmer.addEventListener("click", () => {
    if (state.run) onUse(calmed(state.run, state.history));
  });
  return {
    /** @param {Run} run @param {History} history */
    draw(run, history) {
      box.hidden = history.divergedAt === null;
      if (history.divergedAt === null) return;
      setText(sentence, divergedText(run, history.divergedAt));
      const { learning_rate } = calmed(run, history).compile.optimizer;
      setText(
        calmer,
        _("Use these settings with learning rate ÷10: %(rate)s", { rate: rate(learning_rate) }),
      );
    },
  };
}

/** @param {Run} run @param {number} n the epoch in which it began */
function divergedText({ config }, n) {
  if (config.dataset.scale === false)
    return _(
      "Since epoch %(n)s the loss is no longer a number: it diverged, and the network does not find back. The steps were too large: divide the pixels by 255, or try a tenth of the learning rate.",
      { n },
    );
  return _(
    "Since epoch %(n)s the loss is no longer a number: it diverged, and the network does not find back. The usual cause is a learning rate that is too high, so that each step overshoots further. Try a tenth of it.",
    { n },
  );
}

/**
 * Its settings with a tenth of the learning rate with which it diverged.
 * @param {Run} run
 * @param {History} history
 * @returns {RunConfig}
 */
export function calmed({ config }, history) {
  const { compile } = config;
  const diverged = history.epochs.find(({ epoch }) => epoch === history.divergedAt);
  const last = diverged?.learning_rate ?? history.epochs.at(-1)?.learning_rate;
  const learning_rate = scaled(last ?? compile.optimizer.learning_rate, 0.1);
  return { ...config, compile: { ...compile, optimizer: { ...compile.optimizer, learning_rate } } };
}
