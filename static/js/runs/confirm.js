// @ts-check
/** A question that must be answered before something is lost. It ends with its page. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createView, html, nothing } from "../render.js";

/**
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.text
 * @param {string[]} [question.names] what it is about, one a line
 * @param {string} question.yes
 * @param {AbortSignal} signal the end of the page's part: the answer is no
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, names, yes }, signal) {
  if (signal.aborted) return Promise.resolve(false);
  const dialog = el("dialog", {
    class: "dialog",
    "aria-labelledby": "dialog-title",
    "aria-describedby": "dialog-text",
  });
  const form = () => html`
    <form method="dialog">
      <h2 id="dialog-title">${title}</h2>
      ${names ? listed(names) : nothing}
      <p id="dialog-text">${text}</p>
      <div class="answers">
        <button class="button" value="no" autofocus>${_("Cancel")}</button>
        <button class="primary small" value="yes">${yes}</button>
      </div>
    </form>
  `;
  const view = createView(dialog, form);
  view.draw(null);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const ended = new AbortController();
    /** @param {boolean} answer */
    const end = (answer) => {
      ended.abort();
      view.dispose();
      dialog.remove();
      resolve(answer);
    };
    const options = { signal: ended.signal };
    dialog.addEventListener("close", () => end(dialog.returnValue === "yes"), options);
    signal.addEventListener("abort", () => end(false), options);
  });
}

/** A long list scrolls, by keyboard too. @param {string[]} names */
const listed = (names) => html`
  <ul class="names" tabindex="0" aria-labelledby="dialog-title">
    ${names.map((name) => html`<li>${name}</li>`)}
  </ul>
`;
