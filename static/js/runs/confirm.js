// @ts-check
/** A question that must be answered before something is lost. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createView, html } from "../render.js";

/**
 * @param {{title: string, text: string, yes: string}} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, yes }) {
  const dialog = el("dialog", {
    class: "dialog",
    "aria-labelledby": "dialog-title",
    "aria-describedby": "dialog-text",
  });
  const form = () => html`
    <form method="dialog">
      <h2 id="dialog-title">${title}</h2>
      <p id="dialog-text">${text}</p>
      <div class="answers">
        <button class="button" value="no" autofocus>${_("Cancel")}</button>
        <button class="primary small" value="yes">${yes}</button>
      </div>
    </form>
  `;
  createView(dialog, form).draw(null);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
