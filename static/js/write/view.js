// @ts-check
/** What the Write column shows of its state. */

import { _ } from "../i18n.js";
import { part, setText } from "../parts.js";
import { canAnswer, target } from "./choice.js";
import { hasDrawing, mayAsk } from "./question.js";
import { ageOf } from "../runstore.js";
import { queueWords } from "../waiting.js";
import { isWaiting } from "./slot.js";

/** @typedef {import("./write.js").Writing} Writing */

/**
 * @param {HTMLElement} root
 * @param {Writing} state
 * @param {{answer: ReturnType<import("./answer.js").createAnswer>,
 *   picker: ReturnType<import("./picker.js").createPicker>}} views
 */
export function draw(root, state, { answer, picker }) {
  const drawn = hasDrawing(state);
  for (const name of ["undo", "clear"]) part(root, name, HTMLButtonElement).disabled = !drawn;
  const isIdle = state.known && target(state.choice) === null;
  root.classList.toggle("idle", isIdle && !drawn);
  part(root, "invite").hidden = drawn;
  setText(part(root, "invite"), isIdle ? untrainedText() : _("Write a digit here"));
  picker.draw(state.choice);
  const shown = drawn ? state.answer : null;
  answer.draw(
    shown?.said ?? null,
    sourceOf(state, shown),
    !isWaiting(state.slot) && !state.ink.down,
  );
  const isRefused = Boolean(state.problem || state.refused);
  // An answer that no newer one follows may be about other ink.
  const isOld = shown !== null && !mayAsk(state.choice);
  part(root, "reply").classList.toggle("outdated", isRefused || isOld);
  const hint = hintOf(state, drawn);
  part(root, "hint").hidden = !hint;
  part(root, "hint").classList.toggle("fault", isRefused);
  setText(part(root, "hint"), hint);
}

/**
 * @param {Writing} state
 * @param {Writing["answer"]} shown
 */
function sourceOf({ choice }, shown) {
  if (!shown) return "";
  const run = choice.runs.get(shown.to);
  if (!run) return "";
  if (run.source === "imported") return run.name;
  return _("%(name)s, epoch %(n)s", { name: run.name, n: shown.said.epoch });
}

const untrainedText = () =>
  _("Train a network first; then it predicts your digit while you write.");

/** @param {Writing} state @param {boolean} drawn */
function hintOf(state, drawn) {
  const sentence = state.refused || state.problem || state.notice;
  if (sentence) return sentence;
  const runId = target(state.choice);
  if (runId === null) return drawn ? untrainedText() : "";
  const run = state.choice.runs.get(runId);
  if (!run || canAnswer(run))
    return drawn ? "" : _("While you write, the ten bars show the probability of each digit.");
  if (run.status === "failed")
    return _("This run failed before its first epoch. Choose another one.");
  if (run.status === "starting")
    return _("This network is starting to train. Keep writing: it predicts as soon as it starts.");
  const words = queueWords(run, ageOf(run));
  return _(
    "This network has not started: %(words)s. Keep writing: it predicts as soon as it starts.",
    {
      words,
    },
  );
}
