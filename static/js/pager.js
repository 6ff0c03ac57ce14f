// @ts-check
/** Turning the pages of a long table of epochs: thousands of rows would stall the page. */
import { el } from "./dom.js";
import { _ } from "./i18n.js";

/** Epochs on a page. */
export const PAGE = 50;

/**
 * The window of `count` epochs that ends with epoch `last` (null: the newest one).
 * @param {number} count
 * @param {number | null} last
 * @returns {{from: number, to: number}} 1-based, both included; to = 0 without epochs
 */
export function pageOf(count, last) {
  const to = last === null ? count : Math.max(Math.min(last, count), Math.min(PAGE, count));
  return { from: Math.max(1, to - PAGE + 1), to };
}

/** @typedef {ReturnType<typeof createPager>} Pager */

/**
 * Buttons and a line that says where one is; hidden while one page holds everything.
 * @param {() => void} onTurn
 */
export function createPager(onTurn) {
  /** The last epoch shown; null follows the newest. @type {number | null} */
  let last = null;
  let count = 0;
  const where = el("span", { role: "status", class: "num" });
  const [first, earlier, later, newest] = [
    button(_("First"), () => go(1)),
    button(_("Earlier"), () => go(pageOf(count, last).to - PAGE)),
    button(_("Later"), () => go(pageOf(count, last).to + PAGE)),
    button(_("Newest"), () => go(count)),
  ];
  const element = el(
    "nav",
    { class: "pager", "aria-label": _("Pages of epochs"), hidden: true },
    ...[first, earlier, where, later, newest],
  );

  /** @param {number} wanted */
  function go(wanted) {
    last = wanted >= count ? null : Math.max(wanted, 1);
    onTurn();
  }

  return {
    element,
    /** Back to the newest page. */
    reset() {
      last = null;
    },
    /**
     * Draw the buttons; the window of epochs to show.
     * @param {number} all how many epochs there are
     */
    draw(all) {
      count = all;
      const page = pageOf(count, last);
      element.hidden = count <= PAGE;
      for (const one of [first, earlier]) setEnd(one, page.from <= 1);
      for (const one of [later, newest]) setEnd(one, page.to >= count);
      const text = _("Epochs %(from)s–%(to)s of %(n)s", { ...page, n: count });
      if (!element.hidden && where.textContent !== text) where.textContent = text;
      return page;
    },
  };
}

/** At an end it keeps its focus and does nothing. @param {HTMLElement} element @param {boolean} end */
function setEnd(element, end) {
  element.setAttribute("aria-disabled", String(end));
}

/** @param {string} text @param {() => void} onClick */
function button(text, onClick) {
  const one = el("button", { type: "button", class: "button" }, text);
  one.addEventListener("click", () => one.ariaDisabled !== "true" && onClick());
  return one;
}
