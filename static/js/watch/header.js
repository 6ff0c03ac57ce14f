// @ts-check
/** The run's name, status and progress, and what can be taken from it. */

import { patch } from "../api.js";
import { isDiverged, lookOf } from "../look.js";
import { sentenceOf } from "../control.js";
import { isEscape } from "../keyboard.js";
import { createLifetime } from "../lifetime.js";
import { mayChange } from "../owners.js";
import { part, setText } from "../parts.js";
import { hasModel } from "../moment.js";
import { againText, shareDone, statusText } from "./words.js";
import { at } from "../root.js";

/** @typedef {import("./watch.js").Watching} Watching */

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 * @param {(config: import("../types.js").RunConfig, runId: string) => void} onUse its settings are
 *   wanted
 */
export function createHeader(root, state, render, onUse) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const use = () => void (state.run && onUse(state.run.config, state.run.id));
  part(root, "use").addEventListener("click", use, { signal });
  mountRename(root, state, render, signal);

  return {
    /** @param {Watching} now */
    draw({ run, history, receivedAt }) {
      if (!run) return;
      setText(part(root, "name"), run.name);
      if (part(root, "name-form").hidden) part(root, "rename").hidden = !mayChange(run);
      drawPill(part(root, "pill"), run, statusText(run, history, (Date.now() - receivedAt) / 1000));
      drawBar(part(root, "bar"), shareDone(run, history), run);
      say(part(root, "reason"), run.status === "failed" ? (run.error?.message ?? "") : "");
      say(part(root, "again"), againText(run, history));
      const download = part(root, "download", HTMLAnchorElement);
      download.hidden = !hasModel(run, history) || isDiverged(run);
      download.href = at(`/api/runs/${encodeURIComponent(run.id)}/model?format=keras`);
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {HTMLElement} pill
 * @param {import("../types.js").Run} run
 * @param {string} text
 */
function drawPill(pill, run, text) {
  pill.dataset.status = lookOf(run);
  setText(pill, text);
}

/**
 * @param {HTMLElement} bar
 * @param {number} share
 * @param {import("../types.js").Run} run
 */
function drawBar(bar, share, run) {
  bar.dataset.status = lookOf(run);
  bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  const fill = /** @type {HTMLElement} */ (bar.firstElementChild);
  fill.style.transform = `scaleX(${share})`;
}

/** @param {HTMLElement} notice @param {string} text */
function say(notice, text) {
  notice.hidden = !text;
  setText(notice, text);
}

/**
 * The name turns into a field where it stands; Enter keeps the new one, Escape the old.
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 * @param {AbortSignal} signal ends it
 */
function mountRename(root, state, render, signal) {
  const [name, button] = [part(root, "name"), part(root, "rename")];
  const form = part(root, "name-form", HTMLFormElement);
  const input = part(root, "name-input", HTMLInputElement);

  const close = () => {
    form.hidden = true;
    name.hidden = button.hidden = false;
  };
  const open = () => {
    if (!state.run || !mayChange(state.run)) return;
    input.value = state.run.name;
    input.setCustomValidity("");
    form.hidden = false;
    name.hidden = button.hidden = true;
    input.select();
  };
  const save = async () => {
    const run = state.run;
    const wanted = input.value.trim();
    if (!run || !wanted) return close();
    try {
      if (wanted !== run.name) {
        const answer = await patch(`/api/runs/${encodeURIComponent(run.id)}`, { name: wanted });
        if (state.runId === run.id) state.run = answer;
      }
      close();
      button.focus();
      render();
    } catch (problem) {
      input.setCustomValidity(sentenceOf(problem));
      input.reportValidity();
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void save();
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!isEscape(event)) return;
    close();
    button.focus();
  };
  const leave = (/** @type {FocusEvent} */ event) => {
    const to = /** @type {Node | null} */ (event.relatedTarget);
    if (!form.hidden && !form.contains(to)) close();
  };
  button.addEventListener("click", open, { signal });
  name.addEventListener("dblclick", open, { signal });
  input.addEventListener("input", () => input.setCustomValidity(""), { signal });
  form.addEventListener("submit", submit, { signal });
  form.addEventListener("keydown", onKey, { signal });
  form.addEventListener("focusout", leave, { signal });
}
