// @ts-check
/** "+ Add a layer": the button in the strand, and the list it opens, which comes when first needed. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";

/** @typedef {import("./control.js").Form} Form */

const ID = "add-menu";

/** The end of the strand, where layers are added. */
export const addItem = () =>
  el(
    "li",
    { class: "io adding" },
    el("span", { class: "bead", "aria-hidden": "true" }),
    el(
      "button",
      { type: "button", class: "add", "data-key": "add", popovertarget: ID },
      _("+ Add a layer"),
    ),
  );

/**
 * The list. The browser opens and closes it: by the button, Escape, or a press elsewhere.
 * @param {HTMLElement} element the form; the list stands beside it, for the form is made anew
 * @param {Form} form
 */
export function createAdding(element, form) {
  const lifetime = createLifetime();
  const place = el("div", {}, el("p", { class: "waiting arriving", role: "status" }));
  const menu = el(
    "div",
    {
      id: ID,
      class: "menu",
      popover: "auto",
      role: "dialog",
      tabindex: "-1",
      "aria-label": _("Layers to add"),
      onbeforetoggle: (/** @type {ToggleEvent} */ event) => event.newState === "open" && open(),
      ontoggle: (/** @type {ToggleEvent} */ event) => event.newState === "closed" && giveBack(),
    },
    place,
  );
  const list = lifetime.own(
    alone(
      place,
      ({ createMenu }) => createMenu(place, form, () => menu.hidePopover()),
      () => fetchPart("addmenu", () => import("./addmenu.js")),
    ),
  );

  function open() {
    const { right } = element.getBoundingClientRect();
    menu.style.setProperty("--beside", `${Math.round(right)}px`);
    list.draw(form.state.catalog.layers);
  }

  /** The button that opened it may have been made anew. */
  function giveBack() {
    if (document.activeElement !== document.body) return;
    /** @type {HTMLElement | null} */ (element.querySelector('[data-key="add"]'))?.focus();
  }

  element.after(menu);
  lifetime.atEnd(() => menu.remove());
  return { dispose: lifetime.dispose };
}
