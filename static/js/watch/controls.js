// @ts-check
/** The row of buttons under a run's name: pause, resume, one epoch, stop, more epochs. */
import { ask, can, isSettled, sentenceOf } from "../control.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { mayChange } from "../owners.js";
import { part, setText } from "../parts.js";
import { faultOf, read } from "../build/values.js";
import { createRate } from "./rate.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../control.js").Act} Act */

/** @type {import("../types.js").Argument} */
const EPOCHS = /** @type {any} */ ({ type: "integer", min: 1 });

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 */
export function createControls(root, state, render) {
  const row = part(root, "controls");
  const form = part(root, "extend", HTMLFormElement);
  const epochs = part(root, "extend-epochs", HTMLInputElement);
  const fault = part(root, "extend-fault");
  const hold = part(root, "hold");
  /** @type {import("../control.js").PendingRequest | null} */
  let request = null;
  let refused = { runId: "", status: "", text: "" };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const rate = lifetime.own(createRate(root, state, render));

  /** @param {Act} act @param {object} [body] */
  async function want(act, body) {
    const run = state.run;
    if (!run || !can(run, act) || request?.act === act) return null;
    const mine = (request = { act, runId: run.id, attempt: run.attempt });
    refused.text = "";
    render();
    let problem = "";
    try {
      const answer = await ask(run, act, body);
      // What was pushed meanwhile is newer than the answer.
      if (state.run?.id === run.id && answer.last_seq >= state.run.last_seq) state.run = answer;
    } catch (error) {
      problem = sentenceOf(error);
      if (request === mine) request = null;
    }
    render();
    return problem;
  }

  /** @param {Act} act */
  async function press(act) {
    const run = state.run;
    const text = await want(act);
    if (run && text) refused = { runId: run.id, status: run.status, text };
    render();
  }

  const pauseOrResume = () => void press(state.run?.status === "paused" ? "resume" : "pause");
  hold.addEventListener("click", pauseOrResume, { signal });
  part(root, "step").addEventListener("click", () => void press("step"), { signal });
  part(root, "stop").addEventListener("click", () => void press("stop"), { signal });
  epochs.addEventListener("input", () => showFault(""), { signal });
  form.addEventListener("submit", (event) => void extend(event), { signal });

  /** @param {Event} event */
  async function extend(event) {
    event.preventDefault();
    const wanted = read(EPOCHS, epochs.value);
    const text = faultOf(EPOCHS, wanted);
    if (text) return showFault(text);
    epochs.value = String(wanted); // As it was understood.
    showFault((await want("extend", { epochs: wanted })) ?? "");
  }

  /** @param {string} text */
  function showFault(text) {
    setText(fault, text);
    epochs.setAttribute("aria-invalid", String(Boolean(text)));
  }

  /** @param {string} name @param {boolean} shown @param {string} text @param {Act} act */
  function button(name, shown, text, act) {
    const element = part(root, name);
    element.hidden = !shown;
    element.setAttribute("aria-disabled", String(request?.act === act));
    setText(element, text);
  }

  /** @param {Run} run */
  function drawButtons(run) {
    const requested = (/** @type {Act} */ act) => request?.act === act;
    const act = run.status === "paused" ? "resume" : "pause";
    const going = act === "resume" ? _("Resuming…") : _("Pausing…");
    const hold = requested(act) ? going : act === "resume" ? _("Resume") : _("Pause");
    button("hold", can(run, act), hold, act);
    button("step", can(run, "step"), _("One epoch"), "step");
    button("stop", can(run, "stop"), requested("stop") ? _("Stopping…") : _("Stop"), "stop");
    form.hidden = !can(run, "extend");
    button("extend-go", true, _("Continue training"), "extend");
  }

  return {
    /** @param {Watching} now */
    draw({ run, history }) {
      if (!run) return;
      if (request && isSettled(request, run)) request = null;
      if (refused.runId !== run.id || refused.status !== run.status) refused.text = "";
      const focused = row.contains(document.activeElement) && document.activeElement;
      drawButtons(run);
      rate.draw(run, history);
      const mayBe = can(run, "stop") || can(run, "extend");
      row.hidden = !mayBe || !mayChange(run);
      part(root, "foreign").hidden = mayChange(run);
      setText(part(root, "refused"), refused.text);
      // A button that has done its work takes the focus along into nothing.
      if (focused && focused.closest("[hidden]"))
        (firstOf(row) ?? part(root, "rename", HTMLElement)).focus();
    },
    dispose: lifetime.dispose,
  };
}

/** @param {HTMLElement} row @returns {HTMLElement | undefined} */
function firstOf(row) {
  const all = /** @type {HTMLElement[]} */ ([...row.querySelectorAll("button, input")]);
  return all.find((one) => !one.closest("[hidden]"));
}
