// @ts-check
/** A saved model comes in as a run. */
import { ApiError, upload } from "../api.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * What is plainly wrong with a file before it is sent; null: nothing.
 * @param {{name: string, size: number}} file
 */
export function fileFault({ name, size }) {
  if (!/\.keras$/i.test(name))
    return _('%(name)s is not a .keras file. Save the model with model.save("model.keras").', {
      name,
    });
  if (size === 0) return _("%(name)s is empty.", { name });
  return null;
}

/**
 * @param {{button: HTMLButtonElement, input: HTMLInputElement, status: HTMLElement}} parts
 * @param {(run: Run) => void} onRun
 */
export function mountUpload({ button, input, status }, onRun) {
  const say = (/** @type {string} */ text, isFault = false) => {
    status.textContent = text;
    status.className = isFault ? "notice" : "waiting";
    status.hidden = !text;
  };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const choose = async () => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    const fault = fileFault(file);
    if (fault) return say(fault, true);
    button.disabled = true;
    say(_("Sending %(name)s…", { name: file.name }));
    try {
      const run = await upload("/api/models", file);
      onRun(run);
      say(_("%(name)s is uploaded: try it in the Studio.", { name: run.name }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const more = error.fields.map(({ path, message }) => `${path}: ${message}`);
      say([error.message, ...more].join(" · "), true);
    } finally {
      button.disabled = false;
    }
  };
  button.addEventListener("click", () => input.click(), { signal });
  input.addEventListener("change", () => void choose(), { signal });
  return { dispose: lifetime.dispose };
}
