// @ts-check
/** Which digits are shown: a button for each, and one for the wrong ones alone. */

import { el } from "../../dom.js";
import { _ } from "../../i18n.js";

/**
 * @param {HTMLElement} place where the buttons go
 * @param {() => void} onChange
 */
export function createLegend(place, onChange) {
  const filter = { digits: new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), wrongOnly: false };

  /** @param {string} text @param {string} label @param {boolean} pressed @param {(on: boolean) => void} act */
  function toggle(text, label, pressed, act) {
    const button = el(
      "button",
      { type: "button", class: "toggle num", "aria-pressed": String(pressed), "aria-label": label },
      text,
    );
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      act(on);
      onChange();
    });
    return button;
  }

  for (const digit of filter.digits) {
    const button = toggle(String(digit), _("Show the digit %(digit)s", { digit }), true, (on) =>
      on ? filter.digits.add(digit) : filter.digits.delete(digit),
    );
    button.style.setProperty("--own", `var(--digit-${digit})`);
    place.append(button);
  }
  const wrong = toggle(_("Wrong only"), _("Wrong only"), false, (on) => {
    filter.wrongOnly = on;
  });
  wrong.classList.add("wrong");
  place.append(wrong);
  return filter;
}
