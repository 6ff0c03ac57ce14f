// @ts-check
/** The learning rate of a run under way: four steps, and a field for any other. */
import { askRate, canChangeRate, scaled, sentenceOf } from "../control.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { faultOf, read } from "../build/values.js";

/** @typedef {import("./watch.js").Watching} Watching */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("../types.js").Run} Run */

/** @type {import("../types.js").Argument} */
const RATE = /** @type {any} */ ({ type: "number", min: 0, exclusive_min: true, max: null });

/**
 * @typedef {object} RateRequest
 * @property {Run} run
 * @property {number} rate
 * @property {number} epoch the last one whole at that moment
 * @property {boolean} isHeld whether the server has it
 */

/**
 * The learning rate a run trains with, as far as is known. A request counts no more once a plateau
 * may have lowered it.
 * @param {Run} run
 * @param {History} history
 * @returns {number}
 */
export function rateOf({ config }, { epochs, requestedRate }) {
  const requested = config.fit.reduce_lr_on_plateau ? null : requestedRate;
  return requested ?? epochs.at(-1)?.learning_rate ?? config.compile.optimizer.learning_rate;
}

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 */
export function createRate(root, state, render) {
  const form = part(root, "rate", HTMLFormElement);
  const field = part(root, "rate-field", HTMLInputElement);
  const set = part(root, "rate-set", HTMLButtonElement);
  const fault = part(root, "rate-fault");
  /**
   * What was asked for of this run, until an epoch has begun and ended with it.
   * @type {RateRequest | null}
   */
  let requested = null;
  /** Whether the field holds something that was typed and not sent. */
  let isTyped = false;
  let shownFor = "";
  let sending = /** @type {Promise<void> | null} */ (null);

  /** @param {number} rate */
  function want(rate) {
    const { run, history } = state;
    if (!run) return;
    requested = { run, rate, epoch: history.epochs.at(-1)?.epoch ?? 0, isHeld: false };
    isTyped = false;
    showFault("");
    render();
    sending ??= send().finally(() => {
      sending = null;
      render();
    });
  }

  /** One request at a time; of what is pressed meanwhile only the last counts. */
  async function send() {
    while (requested && !requested.isHeld) {
      const mine = requested;
      try {
        await askRate(mine.run, mine.rate);
        mine.isHeld = true;
      } catch (error) {
        if (requested !== mine) continue;
        requested = null;
        if (state.runId !== mine.run.id) return;
        isTyped = true; // What was wanted stays in the field.
        field.value = String(mine.rate);
        showFault(sentenceOf(error));
      }
    }
  }

  /** @param {string} text */
  function showFault(text) {
    setText(fault, text);
    field.setAttribute("aria-invalid", String(Boolean(text)));
  }

  const lifetime = createLifetime();
  const { signal } = lifetime;
  form.addEventListener("click", multiply, { signal });
  field.addEventListener("input", () => type(true), { signal });
  field.addEventListener("keydown", ({ key }) => key === "Escape" && type(false), { signal });
  form.addEventListener("submit", take, { signal });

  /** @param {MouseEvent} event */
  function multiply({ target }) {
    const button = target instanceof Element && target.closest("[data-factor]");
    if (!(button instanceof HTMLButtonElement) || !state.run) return;
    want(scaled(now(state.run, state.history), Number(button.dataset.factor)));
  }

  /** @param {boolean} isNow whether the field holds something typed from now on */
  function type(isNow) {
    isTyped = isNow;
    showFault("");
    render();
  }

  /** @param {Event} event */
  function take(event) {
    event.preventDefault();
    const value = read(RATE, field.value);
    const text = faultOf(RATE, value);
    if (text) showFault(text);
    else want(Number(value));
  }

  /** @param {Run} run @param {History} history */
  const now = (run, history) =>
    requested?.run.id === run.id ? requested.rate : rateOf(run, history);

  return {
    /** @param {Run} run @param {History} history */
    draw(run, history) {
      form.hidden = !canChangeRate(run);
      if (shownFor !== run.id) {
        shownFor = run.id;
        isTyped = false;
        showFault("");
      }
      if (requested?.run.id === run.id && isOld(requested, history)) requested = null;
      const rate = now(run, history);
      const text = String(rate);
      if (!isTyped && field.value !== text) field.value = text;
      set.hidden = !isTyped || field.value.trim() === text;
    },
    dispose: lifetime.dispose,
  };
}

/**
 * The current epoch may have ended before the request was received; the next one has the new
 * rate.
 * @param {RateRequest} requested
 * @param {History} history
 */
function isOld({ epoch, isHeld }, history) {
  return isHeld && (history.epochs.at(-1)?.epoch ?? 0) > epoch + 1;
}
