// @ts-check
/** Augmentation: what a layer makes of the chosen digit, twelve times. */

import { untilAnswered } from "../again.js";
import { post } from "../api.js";
import { onThemeChange } from "../colors.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { bytesOf, imageOf, paint } from "../pixels.js";
import { createSlot, settle, want } from "../write/slot.js";
import { LAYERS, codeOf, layerOf } from "./layers.js";

/** @typedef {import("./state.js").Looking} Looking */
/** @typedef {{address: string, body: Record<string, unknown>, key: string}} Question */

const COUNT = 12;

/**
 * @param {HTMLElement} root
 */
export function createAugment(root) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const section = part(root, "augment");
  const box = part(root, "layer", HTMLSelectElement);
  const range = part(root, "strength", HTMLInputElement);
  const canvases = Array.from({ length: COUNT }, () => el("canvas", { "aria-hidden": "true" }));
  part(root, "variants").replaceChildren(...canvases);
  /** @type {import("../write/slot.js").RequestSlot<Question>} */
  const slot = createSlot();
  let looking = /** @type {Looking | null} */ (null);
  let seen = false;
  let seed = 1;
  let layer = LAYERS[0];
  /** What the variants shown, or asked for, were made from. */
  let key = "";
  let pixels = /** @type {Uint8Array | null} */ (null);
  let problem = "";

  // Nothing is requested before it is visible.
  const sight = new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    ask();
  });
  lifetime.observe(sight, section);
  onThemeChange(repaint, signal);
  box.addEventListener("change", chooseLayer, { signal });
  range.addEventListener("input", changed, { signal });
  part(root, "reroll").addEventListener("click", drawAgain, { signal });
  setRange();

  function chooseLayer() {
    layer = LAYERS.find(({ type }) => type === box.value) ?? LAYERS[0];
    setRange();
    changed();
  }

  function drawAgain() {
    seed += 1;
    ask();
  }

  function setRange() {
    Object.assign(range, { max: layer.most, step: layer.step, value: String(layer.usual) });
  }

  function changed() {
    say();
    ask();
  }

  function ask() {
    const digit = looking?.digit;
    if (!seen || !looking || !digit) return;
    const strength = Number(range.value);
    const body = {
      part: looking.part,
      index: digit.index,
      layer: layerOf(layer, strength),
      count: COUNT,
      seed,
    };
    const address = `/api/datasets/${encodeURIComponent(looking.dataset)}/augment`;
    const wanted = JSON.stringify([address, body]);
    if (wanted === key) return;
    key = wanted;
    void start(want(slot, { address, body, key }));
  }

  /** @param {Question | null} question */
  async function start(question) {
    if (!question) return;
    try {
      const repeats = () => post(question.address, question.body, { repeats: true });
      const answer = await untilAnswered(repeats, {
        isWanted: () => question.key === key,
        signal,
        onFault(error) {
          problem = error.message;
          say();
        },
      });
      pixels = bytesOf(answer.pixels);
      problem = "";
    } catch (error) {
      problem = /** @type {Error} */ (error).message;
      if (question.key === key) key = "";
    }
    if (signal.aborted) return;
    repaint();
    say();
    void start(settle(slot).next);
  }

  function repaint() {
    if (pixels) for (const [n, canvas] of canvases.entries()) paint(canvas, imageOf(pixels, n));
  }

  function say() {
    const strength = Number(range.value);
    const digit = looking?.digit?.label ?? "…";
    const words = layer.words(strength);
    range.setAttribute("aria-valuetext", words);
    setText(part(root, "strength-words"), words);
    setText(part(root, "layer-code"), codeOf(layer, strength));
    const text = _("Twelve variants of the same %(digit)s, %(words)s.", { digit, words });
    part(root, "variants").setAttribute("aria-label", text);
    part(root, "variants").classList.toggle("outdated", Boolean(problem));
    setText(part(root, "augment-problem"), problem);
    part(root, "augment-waiting").hidden = Boolean(pixels || problem);
  }

  return {
    /** @param {Looking} state */
    draw(state) {
      looking = state;
      if (!box.options.length) box.replaceChildren(...LAYERS.map(optionOf(state)));
      say();
      ask();
    },
    dispose: lifetime.dispose,
  };
}

/** @param {Looking} state @returns {(layer: {type: string}) => HTMLOptionElement} */
const optionOf =
  ({ titles }) =>
  ({ type }) =>
    el("option", { value: type }, titles.get(type) ?? type);
